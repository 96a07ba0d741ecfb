import type { Storage, StoredRecord } from '@coracle/core';
import { markOf } from './mark.ts';
import { MemoryBytes } from './memory-bytes.ts';
import { MemoryRecords } from './memory-records.ts';
import { SortedMap } from './sorted-map.ts';

/**
 * Makes a storage in this process's memory. It is empty at the start, is gone with its last reference, and need not be
 * closed. Commits are atomic and reads are fresh. A read costs O(log n), a page O(log n + limit) and a mark O(1),
 * regardless of how much is stored.
 */
export function memoryStorage(): Storage {
  const records = new SortedMap<StoredRecord>();
  const pieces = new SortedMap<Uint8Array>();
  return {
    records: new MemoryRecords(records),
    bytes: new MemoryBytes(pieces),
    mark: () => markOf(records, pieces),
  };
}
