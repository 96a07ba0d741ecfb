import type { Json, StoredRecord } from '@coracle/registry/core';
import { jsonOf } from '@coracle/registry/core/storage-kit';

/** Reads a record from its stored text: its version and value, as a list in JSON. */
export function recordOf(key: string, text: string): StoredRecord {
  const [version, value] = JSON.parse(text) as [string, Json];
  return { key, version, value };
}

/**
 * Writes the stored text of a record.
 * @throws Error that says what to do if the store cannot hold the record
 */
export const textOf = (record: StoredRecord): string =>
  `[${JSON.stringify(record.version)},${jsonOf('lmdbStorage', record)}]`;
