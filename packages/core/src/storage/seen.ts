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

/** Assumes that there is no record under a key, so that a commit is held to that without a read. */
export const absent = (key: string): Seen<never> => ({ key, version: null, value: undefined });

export const seen = <T extends Json>(key: string, record: StoredRecord | undefined): Seen<T> => ({
  key,
  version: record?.version ?? null,
  value: record?.value as T | undefined,
});
