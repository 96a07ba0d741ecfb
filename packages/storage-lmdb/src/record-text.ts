import type { Json, StoredRecord } from '@coracle/registry/core';
import { jsonOf } from '@coracle/registry/core/storage-kit';

/** Parses the stored text of a record: a JSON array of its version and its value. */
export function recordOf(key: string, text: string): StoredRecord {
  const [version, value] = JSON.parse(text) as [string, Json];
  return { key, version, value };
}

/**
 * Returns the stored text of a record: a JSON array of its version and its value.
 * @throws Error if the key is invalid, or if the value is not JSON or is too large; the message says what to do
 */
export const textOf = (record: StoredRecord): string =>
  `[${JSON.stringify(record.version)},${jsonOf('lmdbStorage', record)}]`;
