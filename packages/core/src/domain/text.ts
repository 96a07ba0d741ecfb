import { decodeUtf8, encodeUtf8 } from '../utf8.ts';
/** Encodes a text's UTF-8 as base64, in the alphabet of RFC 4648 section 5 and without padding. */
export function toBase64Url(text: string): string {
  return toBase64(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Decodes what `toBase64Url` made; undefined for anything else. */
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

/** Decodes base64 to a text; undefined if the input is not base64 of UTF-8. */
export function fromBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return decodeUtf8(bytes, { fatal: true });
  } catch {
    return undefined;
  }
}

/** Parses JSON; undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Says whether a value is a JSON object, and not an array or null. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names the kind of a value: `Uint8Array`, `Undefined`. A value of another realm has the same name. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1);

/** Says whether a text has the form of a UUID. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
