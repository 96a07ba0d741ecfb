import type { Storage } from '@coracle/core';
import { MemoryBytes } from './memory-bytes.ts';
import { MemoryRecords } from './memory-records.ts';

/**
 * A storage in this process's memory, empty at the start and gone with its last reference: nothing to close.
 * Commits are atomic and reads fresh. A read costs O(log n), a page O(log n + limit), however much is stored.
 */
export function memoryStorage(): Storage {
  return { records: new MemoryRecords(), bytes: new MemoryBytes() };
}
