import type { Json, StoredRecord } from '@coracle/core';
import { isKey, jsonOf, shownKey } from '@coracle/core/storage-kit';
import { limits } from './namespace.ts';

/** A record as KV has it. */
export interface Stored {
  readonly record: StoredRecord;
  /** The time of its write, in milliseconds since 1970, by the clock of the isolate that wrote it. */
  readonly time: number;
}

/** A record that KV can hold. */
export interface Writing {
  readonly key: string;
  /** Gives the text and metadata to put at this time. */
  at(time: number): { readonly text: string; readonly options: { readonly metadata?: object } };
}

const utf8 = new TextEncoder();

/**
 * The mark of pieces. Records are under `<prefix><key>` and pieces under `<prefix>¶<id>`. No key of a record has a
 * character like that, and none sorts after it. So the two never collide, and a list of records ends before the pieces.
 */
export const pieceMark = '¶';

/** Says whether KV can hold a value under this key of the port. A record under any other key does not exist. */
export const isPossible = (prefix: string, key: string): boolean =>
  isKey(key) && prefix.length + key.length <= limits.keyBytes && !/^\.\.?$/.test(prefix + key);

/**
 * Prepares the write of a record.
 * @throws Error if KV cannot hold the record
 */
export function writingOf(prefix: string, record: StoredRecord): Writing {
  const { key, version } = record;
  if (!isPossible(prefix, key)) {
    throw new Error(
      `kvStorage cannot put a record under ${shownKey(key)} (${key.length} characters): a key of KV is 1 to ${limits.keyBytes} ` +
        `bytes, of which the prefix takes ${prefix.length}, and a record's is printable ASCII. Shorten or encode it.`,
    );
  }
  const json = jsonOf('kvStorage', record);
  return {
    key,
    at(time) {
      const text = `{"v":${JSON.stringify(version)},"t":${time},"d":${json}}`;
      // The same is put as metadata, so that a list need not read it. Some tools treat `__proto__` as more than a name.
      const fits = sizeOf(text) <= limits.metadataBytes && !text.includes('__proto__');
      return { text, options: fits ? { metadata: JSON.parse(text) } : {} };
    },
  };
}

const sizeOf = (text: string): number => utf8.encode(text).length;

/**
 * Reads the stored text of a record.
 * @throws Error if the text was not written by kvStorage
 */
export function storedIn(key: string, text: string): Stored {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw foreign(key);
  }
  const stored = storedAs(key, parsed);
  if (stored === undefined) throw foreign(key);
  return stored;
}

/** Reads the record in the metadata of a key; undefined if the metadata does not contain a record. */
export function storedAs(key: string, written: unknown): Stored | undefined {
  if (typeof written !== 'object' || written === null) return undefined;
  const { v: version, t: time, d: value } = written as { v?: unknown; t?: unknown; d?: Json };
  if (typeof version !== 'string' || typeof time !== 'number' || value === undefined) return undefined;
  return { record: { key, version, value }, time };
}

const foreign = (key: string) =>
  new Error(
    `kvStorage found a value under ${JSON.stringify(key)} that it has not written: give it a KV namespace of its ` +
      'own, or a `prefix` that nothing else there starts with.',
  );
