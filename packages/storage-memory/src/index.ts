import type { Storage, StoredRecord } from '@coracle/core';
import { markOf } from './mark.ts';
import { MemoryBytes } from './memory-bytes.ts';
import { MemoryRecords } from './memory-records.ts';
import { SortedMap } from './sorted-map.ts';

/**
 * A storage in this process's memory, empty at the start and gone with its last reference: nothing to close.
 * Commits are atomic and reads fresh. A read costs O(log n), a page O(log n + limit) and a mark
 * O(1), however much is stored.
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
