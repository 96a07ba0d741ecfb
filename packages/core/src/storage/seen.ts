import type { Json, StoredRecord } from './port.ts';

/**
 * A record as it was read: its version and value. If there was no record under the key, `version` is null and `value`
 * is undefined.
 */
export interface Seen<T extends Json = Json> {
  readonly key: string;
  readonly version: string | null;
  readonly value: T | undefined;
}

/** Assumes, without a read, that a key has no record. If it has one, the commit fails. */
export const absent = (key: string): Seen<never> => ({ key, version: null, value: undefined });

export const seen = <T extends Json>(key: string, record: StoredRecord | undefined): Seen<T> => ({
  key,
  version: record?.version ?? null,
  value: record?.value as T | undefined,
});
