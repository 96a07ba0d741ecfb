import { exceededBound } from '@coracle/core';
import { decodeUtf8, encodeUtf8 } from '@coracle/core/utf8';
import { decodeBase64 } from './base64.ts';
import { isObject, type JsonObject, jsonBounds, type Path, placeOf } from './json.ts';

/**
 * A layer part of 20 MiB is 28 MB of base64 in a few hundred characters of JSON. The plain way copies it into a text,
 * searches it for escapes, copies it into a string of its own and only then decodes it. Here it is found by its quotes
 * and decoded where it stands, and only the rest is parsed.
 *
 * If it is not certain that the result equals that of `JSON.parse`, the body is left to the plain way.
 */

/** The minimum length of a long string. Shorter strings are as fast in the plain way. */
const shortest = 32 * 1024;
/**
 * The maximum length of the text before the string, and of the text after it. It limits the cost of a search that finds
 * nothing.
 */
const mostAround = 64 * 1024;
/** The text that stands for the string while the rest is parsed. */
const placeholder = 'a long string';

/**
 * Reads a body in which a member at one of `paths` is a long string of base64, and gives its object with bytes in place
 * of the string; undefined if the body is anything else.
 */
export function readLongBlob(body: string | Uint8Array, paths: readonly Path[]): JsonObject | undefined {
  if (paths.length === 0 || body.length < shortest) return undefined;
  const found = findLongString(body);
  if (found === undefined || body.length - found.to > mostAround) return undefined;
  const input = parseRest(textOf(body, 0, found.from), textOf(body, found.to, body.length));
  if (input === undefined) return undefined;
  // The string may have been a member's name, another member, or one that a later member of its name replaced.
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

/** Finds the content of the first long string by the quotes alone. The result is right if no quote is escaped. */
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
  // Node's searches 15 times as fast as V8's.
  const bytes: NodeBuffer = Buffer?.from?.(body.buffer, body.byteOffset, body.length) ?? body;
  return (from) => bytes.indexOf(0x22, from);
}

/**
 * Parses the text around the string. Without escapes every quote begins or ends a string, so the long string is a
 * string to `JSON.parse` too. Only the placeholder itself can be read as the placeholder.
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

/** The characters of base64 that clients escape, though they need not: the AWS SDK for PHP writes `\\/`. */
const escapes: Readonly<Record<string, string>> = { '/': '/', u002b: '+', u002f: '/', u003d: '=' };
const escapePattern = /\\(\/|u00(?:2[bf]|3d))/gi;

/** Decodes base64 with such escapes; undefined if it has other escapes, or none. */
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
/** `+`, `/` and `=`. */
const escapedBytes: ReadonlySet<number> = new Set([0x2b, slash, 0x3d]);

/** Gives the character that `u00XX` stands for; NaN if the text is something else. */
const unicodeAt = (text: Uint8Array, at: number): number =>
  text[at] === 0x75 && text[at + 1] === 0x30 && text[at + 2] === 0x30
    ? 16 * hexDigit(text[at + 3]) + hexDigit(text[at + 4])
    : Number.NaN;

/** Gives the value of a hex digit; NaN if the byte is not a digit, or is missing at the end of the text. */
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

/** Decodes UTF-8; undefined if the bytes are not UTF-8. */
function textOf(body: string | Uint8Array, from: number, to: number): string | undefined {
  if (typeof body === 'string') return body.slice(from, to);
  try {
    return decodeUtf8(body.subarray(from, to), { fatal: true });
  } catch {
    return undefined;
  }
}
