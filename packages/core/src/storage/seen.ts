import type { Json, StoredRecord } from './port.ts';

/**
 * A record as an earlier read found it, with its version. If no record existed under the key, `version` is null and
 * `value` is undefined.
 */
export interface Seen<T extends Json = Json> {
  readonly key: string;
  readonly version: string | null;
  readonly value: T | undefined;
}

/**
 * Returns the assumption that no record exists under `key`, without a read. A commit that uses the assumption fails if
 * the record exists.
 */
export const absent = (key: string): Seen<never> => ({ key, version: null, value: undefined });

export const seen = <T extends Json>(key: string, record: StoredRecord | undefined): Seen<T> => ({
  key,
  version: record?.version ?? null,
  value: record?.value as T | undefined,
});
