import type { Json, StoredRecord } from '@coracle/core';
import { isKey, jsonOf, shownKey } from '@coracle/core/storage-kit';
import { limits } from './namespace.ts';

/** A record that was read from KV, with the time of its write. */
export interface Stored {
  readonly record: StoredRecord;
  /**
   * The time at which the record was written, in milliseconds since 1970, by the clock of the isolate that wrote it.
   */
  readonly time: number;
}

/** A record that is prepared to be put into KV. */
export interface Writing {
  readonly key: string;
  /**
   * Returns the text and the options with which `put` of KV writes the record. `time` is the time of the write, and is
   * stored with the record.
   */
  at(time: number): { readonly text: string; readonly options: { readonly metadata?: object } };
}

const utf8 = new TextEncoder();

/**
 * The character that separates pieces (chunks of content) from records in a namespace. Records have the key
 * `<prefix><key>`, and pieces have the key `<prefix>¶<id>`. No key of a record contains `¶` or a character that sorts
 * after `¶`. So a piece never collides with a record, and a list gives all records before the pieces.
 */
export const pieceMark = '¶';

/**
 * Returns whether KV can hold a record under this key. If KV cannot hold such a record, no record with this key exists.
 */
export const isPossible = (prefix: string, key: string): boolean =>
  isKey(key) && prefix.length + key.length <= limits.keyBytes && !/^\.\.?$/.test(prefix + key);

/**
 * Prepares a record to be put into KV.
 * @throws Error if the key is invalid for KV, or if the value is not JSON or is too large
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
      // A small record is put as metadata too, so that a list need not read it. Some tools treat `__proto__` as more
      // than the name of a member.
      const fits = sizeOf(text) <= limits.metadataBytes && !text.includes('__proto__');
      return { text, options: fits ? { metadata: JSON.parse(text) } : {} };
    },
  };
}

const sizeOf = (text: string): number => utf8.encode(text).length;

/**
 * Parses the stored text of a record.
 * @throws Error if kvStorage did not write the text
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

/** Returns the record in the metadata of a key, or undefined if the metadata does not contain a record. */
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
