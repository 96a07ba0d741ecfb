import { decodeUtf8, encodeUtf8 } from '../utf8.ts';

/** Encodes bytes as base64url (RFC 4648 section 5), without padding. */
export const bytesToBase64Url = (bytes: Uint8Array): string =>
  bytesToBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** Decodes bytes that `bytesToBase64Url` encoded. Returns undefined for any other input. */
export function bytesFromBase64Url(encoded: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded)) return undefined;
  try {
    const bytes = bytesFromBase64(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    // Decoding ignores some bits of the last digit. Only one of its spellings is ours.
    return bytesToBase64Url(bytes) === encoded ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Encodes a text as UTF-8 and then as base64. */
export const toBase64 = (text: string): string => bytesToBase64(encodeUtf8(text));

function bytesToBase64(bytes: Uint8Array): string {
  let binary = '';
  // The bytes are encoded in slices, because the number of arguments of a call is limited.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

const bytesFromBase64 = (encoded: string): Uint8Array =>
  Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));

/** Decodes base64 to a text. Returns undefined if the input is not base64, or if its bytes are not UTF-8. */
export function fromBase64(encoded: string): string | undefined {
  try {
    return decodeUtf8(bytesFromBase64(encoded), { fatal: true });
  } catch {
    return undefined;
  }
}

/** Parses JSON. Returns undefined if the text is not valid JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns whether a value is an object, but not null and not an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Returns the name of a value's type for error texts, such as `Uint8Array` or `Undefined`. A value from another realm,
 * such as an iframe, gets the same name as a value from this realm.
 */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1);

export const isUuid = (text: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
