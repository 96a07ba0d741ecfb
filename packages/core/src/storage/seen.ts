import type { Json, StoredRecord } from './port.ts';

/**
 * The version and the value of a record at the time of an earlier read. If no record existed under the key, `version`
 * is null and `value` is undefined.
 */
export interface Seen<T extends Json = Json> {
  readonly key: string;
  readonly version: string | null;
  readonly value: T | undefined;
}

/**
 * Returns the result that a read would have if no record exists under `key`, without reading the storage. A commit that
 * uses this result fails if a record exists under `key`.
 */
export const absent = (key: string): Seen<never> => ({ key, version: null, value: undefined });

export const seen = <T extends Json>(key: string, record: StoredRecord | undefined): Seen<T> => ({
  key,
  version: record?.version ?? null,
  value: record?.value as T | undefined,
});
