import type { StoredRecord } from './storage/port.ts';
import { encodeUtf8 } from './utf8.ts';

/**
 * This file has functions with which every storage checks its arguments. A check that fails throws an Error whose text
 * names the storage and says what is wrong and what to do.
 */

/** The maximum number of records in one page of a list. */
const maxListed = 1000;
/** The maximum size of a record's value, as JSON in UTF-8. */
const maxValueBytes = 64 * 1024;
/** The maximum number of characters of a key in an error text. A longer key is cut. */
const maxShown = 80;

/** Says whether a record can have this key: 1 to 512 printable ASCII characters. */
export const isKey = (key: string): boolean => /^[\x20-\x7e]{1,512}$/.test(key);

/** Says whether a piece of content can have this id: 1 to 64 letters, digits and `-`. */
export const isPieceId = (id: string): boolean => /^[A-Za-z0-9-]{1,64}$/.test(id);

/** Returns a key in the form in which error texts quote it: as JSON, and cut after 80 characters. */
export const shownKey = (key: string): string =>
  JSON.stringify(key.length > maxShown ? `${key.slice(0, maxShown)}…` : key);

/**
 * Returns the value of a record as JSON. `storage` is the name of the storage in error texts.
 * @throws Error if the key or the value is invalid
 */
export function jsonOf(storage: string, { key, value }: StoredRecord): string {
  if (!isKey(key)) {
    throw new Error(
      `${storage} cannot put a record under ${shownKey(key)} (${key.length} characters): ` +
        'shorten or encode the key to 1 to 512 printable ASCII characters.',
    );
  }
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) {
    throw new Error(
      `${storage} cannot put a record under ${shownKey(key)} whose value is of the type ${typeof value}: use a value that JSON can have.`,
    );
  }
  // UTF-8 takes at most three bytes for each UTF-16 unit, so that most values need no counting.
  const size = json.length * 3 > maxValueBytes ? encodeUtf8(json).length : 0;
  if (size > maxValueBytes) {
    throw new Error(
      `${storage} cannot put ${size} bytes of JSON under ${shownKey(key)}: ` +
        `keep the value to ${maxValueBytes} bytes and put larger content into the byte store.`,
    );
  }
  return json;
}

/**
 * Checks `limit`, the maximum number of records that a call of `list` may return. `storage` is the name of the storage
 * in the error text.
 * @throws Error if `limit` is not a whole number from 1 to 1,000
 */
export function checkLimit(storage: string, limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxListed) return;
  throw new Error(
    `${storage} cannot list ${limit} records at once: ask for 1 to ${maxListed}, and list the rest in further pages.`,
  );
}

/**
 * Checks the id and the size of a piece of content before the piece is stored. `storage` is the name of the storage in
 * error texts.
 * @throws Error if the id is invalid, or the piece is larger than `maxBytes`
 */
export function checkPiece(storage: string, id: string, bytes: Uint8Array, maxBytes: number): void {
  if (!isPieceId(id)) {
    throw new Error(
      `${storage} cannot put bytes under the id ${shownKey(id)}: use an id of 1 to 64 letters, digits and '-'.`,
    );
  }
  if (bytes.length <= maxBytes) return;
  throw new Error(`${cannotPut(storage, id, bytes)}: cut them into pieces of at most ${maxBytes} bytes.`);
}

/**
 * Checks that the bytes that a caller puts under an id equal the bytes that are already stored under this id. `storage`
 * is the name of the storage in the error text.
 * @throws Error if the bytes differ
 */
export function checkSameBytes(storage: string, id: string, bytes: Uint8Array, stored: Uint8Array): void {
  if (sameBytes(stored, bytes)) return;
  throw new Error(
    `${cannotPut(storage, id, bytes)}: ${stored.length} other bytes are stored under this id, and stored bytes are never ` +
      'overwritten. Use a new id.',
  );
}

const cannotPut = (storage: string, id: string, bytes: Uint8Array): string =>
  `${storage} cannot put ${bytes.length} bytes under ${JSON.stringify(id)}`;

/**
 * Says whether two arrays hold the same bytes. Compares four bytes at a time, which is four times as fast as to compare
 * single bytes.
 */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  const whole = left.length - (left.length % 4);
  const [a, b] = [wordsOf(left, whole), wordsOf(right, whole)];
  if (a && b) return sameItems(a, b) && sameItems(left.subarray(whole), right.subarray(whole));
  return sameItems(left, right);
}

/**
 * Returns the first `bytes` bytes of an array as an array of 32-bit numbers. Returns undefined if the position of the
 * array in its buffer is not a multiple of four, because a Uint32Array cannot start at such a position.
 */
const wordsOf = ({ buffer, byteOffset }: Uint8Array, bytes: number): Uint32Array | undefined =>
  byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, bytes / 4) : undefined;

function sameItems(left: Uint8Array | Uint32Array, right: Uint8Array | Uint32Array): boolean {
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

/**
 * Creates the error of a write that failed because the storage is full. If a write throws this error, the engine tells
 * clients not to retry at once.
 */
export const noRoom = (message: string, cause: unknown): Error =>
  Object.assign(new Error(message, { cause }), { name: 'QuotaExceededError' });

/**
 * The error of a change that failed because other writers changed the same record during each attempt. Nothing was
 * written. The text of the error does not name the record, because clients can read the text, and keys are internal to
 * the storage.
 */
export class Contention extends Error {
  override readonly name = 'Contention';

  constructor(attempts: number) {
    super(
      `A record could not be changed, because other calls changed it during each of ${attempts} attempts. Nothing was written. Try again.`,
    );
  }
}

/**
 * Says whether an error is a `Contention`. Compares the name of the error, because the error may come from another copy
 * of the class `Contention`.
 */
export const isContention = (error: unknown): error is Contention =>
  error instanceof Error && error.name === 'Contention';
