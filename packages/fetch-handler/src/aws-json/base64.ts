/**
 * Decodes base64 strictly by RFC 4648: only the alphabet of section 4, only whole groups of four characters with
 * padding, and only unused bits of zero (section 3.5). The result is the same on every platform, because all decoders
 * of this module refuse the same texts.
 */

import { decodeUtf8 } from '@coracle/core/utf8';

/**
 * A function that decodes `groups`, which are groups of four base64 characters, and writes the result into `bytes`. The
 * length of `bytes` is exactly the length of the result. The function returns false if the characters are not valid
 * base64.
 */
export type GroupDecoder = (groups: string, bytes: Uint8Array<ArrayBuffer>) => boolean;

/**
 * The number of base64 characters that are decoded in one step. It must be a multiple of four.
 *
 * A text of this size is decoded the fastest, because it fits into the processor's cache and into V8's memory for new
 * objects (the young generation).
 */
const step = 48 * 1024;

/**
 * Decodes base64. Returns undefined if the text is not valid base64.
 * @param text the base64 as a string, or as the bytes of the ASCII characters
 * @param decode decodes the groups of characters; the default is the fastest decoder that the platform has
 */
export function decodeBase64(
  text: string | Uint8Array,
  decode = nativeDecoder() ?? bufferDecoder() ?? decodeByTable,
): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0) return undefined;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding(text));
  for (let from = 0, at = 0; from < text.length; from += step, at += (step / 4) * 3) {
    const groups =
      typeof text === 'string' ? text.slice(from, from + step) : decodeUtf8(text.subarray(from, from + step));
    if (!decode(groups, bytes.subarray(at, at + (step / 4) * 3))) return undefined;
  }
  return bytes;
}

function padding(text: string | Uint8Array): number {
  const end = typeof text === 'string' ? text.slice(-2) : String.fromCharCode(...text.subarray(-2));
  return end === '==' ? 2 : end.endsWith('=') ? 1 : 0;
}

/**
 * Returns a decoder that uses `Uint8Array.prototype.setFromBase64` (ECMAScript 2026). Returns undefined if the platform
 * does not have this method.
 */
export function nativeDecoder(): GroupDecoder | undefined {
  const { setFromBase64 } = Uint8Array.prototype as {
    setFromBase64?: (text: string, options: { lastChunkHandling: 'strict' }) => { read: number; written: number };
  };
  if (setFromBase64 === undefined) return undefined;
  return (groups, bytes) => {
    try {
      const { read, written } = setFromBase64.call(bytes, groups, { lastChunkHandling: 'strict' });
      // `setFromBase64` skips white space. A text with white space then has fewer bytes than its length demands.
      return read === groups.length && written === bytes.length;
    } catch {
      return false;
    }
  };
}

interface NodeBuffer {
  write(text: string, encoding: 'base64'): number;
  toString(encoding: 'base64'): string;
}

/**
 * Returns a decoder that uses `Buffer`, which is a global in Node, Bun, Deno and Workers. Returns undefined if the
 * platform does not have `Buffer`.
 */
export function bufferDecoder(): GroupDecoder | undefined {
  const { Buffer } = globalThis as {
    Buffer?: { from?(buffer: ArrayBuffer, offset: number, length: number): NodeBuffer };
  };
  const from = Buffer?.from;
  if (from === undefined) return undefined;
  return (groups, bytes) => {
    const buffer = from.call(Buffer, bytes.buffer, bytes.byteOffset, bytes.length);
    // `Buffer` accepts almost anything. Only a text that comes back unchanged was base64.
    return buffer.write(groups, 'base64') === bytes.length && buffer.toString('base64') === groups;
  };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const invalid = 0x40;
/**
 * A table from the code of each base64 character to the 6-bit value of the character. The table is made at the first
 * use.
 */
let values: Uint8Array | undefined;

function makeValues(): Uint8Array {
  const made = new Uint8Array(256).fill(invalid);
  for (let i = 0; i < alphabet.length; i++) made[alphabet.charCodeAt(i)] = i;
  return made;
}

/**
 * A decoder of groups of base64 characters that uses a table. It is for platforms that have neither `setFromBase64` nor
 * `Buffer`.
 */
export const decodeByTable: GroupDecoder = (groups, bytes) => {
  values ??= makeValues();
  const known = values;
  const value = (at: number) => known[groups.charCodeAt(at)] ?? invalid;
  const whole = bytes.length - (bytes.length % 3);
  let at = 0;
  // All values are collected here, so that one test at the end is enough: only an invalid value has this bit.
  let seen = 0;
  for (let to = 0; to < whole; to += 3, at += 4) {
    const a = value(at);
    const b = value(at + 1);
    const c = value(at + 2);
    const d = value(at + 3);
    seen |= a | b | c | d;
    bytes[to] = (a << 2) | (b >> 4);
    bytes[to + 1] = (b << 4) | (c >> 2);
    bytes[to + 2] = (c << 6) | d;
  }
  if (bytes.length > whole) {
    const a = value(at);
    const b = value(at + 1);
    bytes[whole] = (a << 2) | (b >> 4);
    const two = bytes.length - whole === 2;
    const c = two ? value(at + 2) : 0;
    if (two) bytes[whole + 1] = (b << 4) | (c >> 2);
    const leftOver = two ? c & 0x03 : b & 0x0f;
    seen |= a | b | c | (leftOver === 0 ? 0 : invalid);
  }
  return (seen & invalid) === 0;
};
