import type { Storage, StoredRecord } from '@coracle/core';
import { markOf } from './mark.ts';
import { MemoryBytes } from './memory-bytes.ts';
import { MemoryRecords } from './memory-records.ts';
import { SortedMap } from './sorted-map.ts';

/**
 * Makes a storage that keeps everything in the memory of this process. It starts empty, and its contents are lost when
 * nothing refers to the storage any more. It need not be closed.
 *
 * Commits are atomic, and every read sees all commits before it. A read costs O(log n), a page of a list O(log n +
 * limit), and a snapshot (`mark`) O(1).
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
