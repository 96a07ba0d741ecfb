import type { Json, StoredRecord } from './port.ts';

/** A record as somebody read it: its version and value, or that there was none under the key. */
export interface Seen<T extends Json = Json> {
  readonly key: string;
  readonly version: string | null;
  readonly value: T | undefined;
}

/** Takes it that there is no record under a key, so that a commit is held to that without a read. */
export const absent = (key: string): Seen<never> => ({ key, version: null, value: undefined });

export const seen = <T extends Json>(key: string, record: StoredRecord | undefined): Seen<T> => ({
  key,
  version: record?.version ?? null,
  value: record?.value as T | undefined,
});
