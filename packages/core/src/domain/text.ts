import { decodeUtf8, encodeUtf8 } from '../utf8.ts';
/** Encodes a text as UTF-8 and then as base64url (RFC 4648 section 5), without padding. */
export function toBase64Url(text: string): string {
  return toBase64(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Decodes a text that `toBase64Url` encoded. Returns undefined for any other input. */
export function fromBase64Url(encoded: string): string | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded)) return undefined;
  const text = fromBase64(encoded.replaceAll('-', '+').replaceAll('_', '/'));
  // Decoding ignores some bits of the last digit. Only one of its spellings is ours.
  return text !== undefined && toBase64Url(text) === encoded ? text : undefined;
}

export function toBase64(text: string): string {
  const bytes = encodeUtf8(text);
  let binary = '';
  // It is encoded in slices, because the number of arguments of a call is limited, and the text may be long.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** Decodes base64 to a text. Returns undefined if the input is not base64, or if its bytes are not UTF-8. */
export function fromBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return decodeUtf8(bytes, { fatal: true });
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
