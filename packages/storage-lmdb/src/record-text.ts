import type { Json, StoredRecord } from '@coracle/core';
import { jsonOf } from '@coracle/core/storage-kit';

/** A record as it is read: its version and value, as a list in JSON. */
export function recordOf(key: string, text: string): StoredRecord {
  const [version, value] = JSON.parse(text) as [string, Json];
  return { key, version, value };
}

/** A record as it is written. @throws Error where the store cannot hold it, saying what to do */
export const textOf = (record: StoredRecord): string =>
  `[${JSON.stringify(record.version)},${jsonOf('lmdbStorage', record)}]`;
