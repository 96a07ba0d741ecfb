import { exceededBound } from '@coracle/core';
import { decodeUtf8, encodeUtf8 } from '@coracle/core/utf8';
import { decodeBase64 } from './base64.ts';
import { isObject, type JsonObject, jsonBounds, type Path, placeOf } from './json.ts';

/**
 * Reads a JSON body with a very long base64 string faster than `JSON.parse`.
 *
 * A layer part of 20 MiB is 28 MB of base64 inside a few hundred characters of JSON. `JSON.parse` would make several
 * copies of the base64. This module finds the string by its quotes, decodes the string directly from the body, and
 * parses only the rest of the JSON.
 *
 * If the result might differ from that of `JSON.parse`, the functions return undefined, and the caller uses
 * `JSON.parse`.
 */

/**
 * The minimum length of a base64 string that this module decodes by itself, in characters. For shorter strings
 * `JSON.parse` is as fast.
 */
const shortest = 32 * 1024;
/**
 * The maximum length, in characters, of the JSON before the long string, and of the JSON after it. This limits the time
 * for which a body without a long string is searched.
 */
const mostAround = 64 * 1024;
/** The text that replaces the long base64 string while the rest of the JSON is parsed. */
const placeholder = 'a long string';

/**
 * Parses a JSON body in which a member at one of `paths` is a long base64 string. Returns the object, with a Uint8Array
 * in place of the string. Returns undefined if the body does not have this form. The caller must then use `JSON.parse`.
 */
export function readLongBlob(body: string | Uint8Array, paths: readonly Path[]): JsonObject | undefined {
  if (paths.length === 0 || body.length < shortest) return undefined;
  const found = findLongString(body);
  if (found === undefined || body.length - found.to > mostAround) return undefined;
  const input = parseRest(textOf(body, 0, found.from), textOf(body, found.to, body.length));
  if (input === undefined) return undefined;
  // The placeholder is missing at all paths if the long string was a member's name or another member's value, or if a
  // later member of the same name replaced it.
  const place = paths.map((path) => placeOf(input, path)).find((at) => at?.holder[at.member] === placeholder);
  if (place === undefined) return undefined;
  const text = part(body, found.from, found.to);
  const bytes = decodeBase64(text) ?? decodeEscaped(text);
  if (bytes === undefined) return undefined;
  place.holder[place.member] = bytes;
  return input;
}

interface Found {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds where the first long string of a JSON text begins and ends, by its quotes alone. The result is right only if
 * the JSON has no escaped quotes. `parseRest` checks this.
 */
function findLongString(body: string | Uint8Array): Found | undefined {
  const quoteFrom = quotesOf(body);
  for (let open = quoteFrom(0); open !== -1 && open <= mostAround; ) {
    const close = quoteFrom(open + 1);
    if (close === -1) return undefined;
    if (close - open > shortest) return { from: open + 1, to: close };
    open = quoteFrom(close + 1);
  }
  return undefined;
}

interface NodeBuffer {
  indexOf(byte: number, from: number): number;
}

function quotesOf(body: string | Uint8Array): (from: number) => number {
  if (typeof body === 'string') return (from) => body.indexOf('"', from);
  const { Buffer } = globalThis as {
    Buffer?: { from?(buffer: ArrayBufferLike, offset: number, length: number): NodeBuffer };
  };
  // The `indexOf` of Node's Buffer is 15 times as fast as that of V8's Uint8Array.
  const bytes: NodeBuffer = Buffer?.from?.(body.buffer, body.byteOffset, body.length) ?? body;
  return (from) => bytes.indexOf(0x22, from);
}

/**
 * Parses the JSON before and after the long base64 string, with a placeholder in place of the string. Returns undefined
 * if this JSON has a backslash, contains the placeholder itself, or is invalid.
 *
 * Without backslashes every quote begins or ends a string, so `JSON.parse` would see the long string at the same
 * position.
 */
function parseRest(before: string | undefined, after: string | undefined): JsonObject | undefined {
  if (before === undefined || after === undefined) return undefined;
  const unsure = (text: string) => text.includes('\\') || text.includes(placeholder);
  if (unsure(before) || unsure(after)) return undefined;
  const rest = before + placeholder + after;
  if (exceededBound(encodeUtf8(rest), jsonBounds)) return undefined;
  try {
    const value: unknown = JSON.parse(rest);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Maps a JSON escape, without its backslash, to the base64 character for which the escape stands. Some clients escape
 * these characters although JSON does not require it. For example, the AWS SDK for PHP writes a slash as a backslash
 * and a slash.
 */
const escapes: Readonly<Record<string, string>> = { '/': '/', u002b: '+', u002f: '/', u003d: '=' };
const escapePattern = /\\(\/|u00(?:2[bf]|3d))/gi;

/**
 * Decodes base64 in which slashes, plus signs or equals signs are escaped as in JSON. Returns undefined if the text has
 * any other escape, or no escape at all.
 */
function decodeEscaped(text: string | Uint8Array): Uint8Array | undefined {
  const plain = typeof text === 'string' ? unescapeText(text) : unescapeBytes(text);
  return plain === undefined ? undefined : decodeBase64(plain);
}

function unescapeText(text: string): string | undefined {
  if (!text.includes('\\')) return undefined;
  const plain = text.replace(escapePattern, (_, escaped: string) => escapes[escaped.toLowerCase()] ?? '');
  return plain.includes('\\') ? undefined : plain;
}

const backslash = 0x5c;
const slash = 0x2f;
/** The codes of the characters of base64 that a client may have escaped: `+`, `/` and `=`. */
const escapedBytes: ReadonlySet<number> = new Set([0x2b, slash, 0x3d]);

/**
 * Returns the code of the character for which the JSON escape `\u00XX` stands. `at` is the index of the `u`. Returns
 * NaN if the text has no such escape at that index.
 */
const unicodeAt = (text: Uint8Array, at: number): number =>
  text[at] === 0x75 && text[at + 1] === 0x30 && text[at + 2] === 0x30
    ? 16 * hexDigit(text[at + 3]) + hexDigit(text[at + 4])
    : Number.NaN;

/** Returns the value of a hex digit, 0 to 15. Returns NaN if the byte is not a hex digit, or is missing. */
const hexDigit = (byte = 0): number =>
  byte >= 0x30 && byte <= 0x39
    ? byte - 0x30
    : (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66
      ? (byte | 0x20) - 0x57
      : Number.NaN;

function unescapeBytes(text: Uint8Array): Uint8Array | undefined {
  if (!text.includes(backslash)) return undefined;
  const plain = new Uint8Array(text.length);
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    let byte = text[at] ?? 0;
    if (byte === backslash) {
      const isShort = text[at + 1] === slash;
      byte = isShort ? slash : unicodeAt(text, at + 1);
      if (!escapedBytes.has(byte)) return undefined;
      at += isShort ? 1 : 5;
    }
    plain[size++] = byte;
  }
  return plain.subarray(0, size);
}

const part = (body: string | Uint8Array, from: number, to: number): string | Uint8Array =>
  typeof body === 'string' ? body.slice(from, to) : body.subarray(from, to);

/** Returns a part of the body as a string. Returns undefined if the bytes of this part are not valid UTF-8. */
function textOf(body: string | Uint8Array, from: number, to: number): string | undefined {
  if (typeof body === 'string') return body.slice(from, to);
  try {
    return decodeUtf8(body.subarray(from, to), { fatal: true });
  } catch {
    return undefined;
  }
}
