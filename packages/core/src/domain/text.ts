/** Base64 of a text's UTF-8, in the alphabet of RFC 4648 section 5 and without padding. */
export function toBase64Url(text: string): string {
  return toBase64(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** What `toBase64Url` made, or undefined for anything else. */
export function fromBase64Url(encoded: string): string | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded)) return undefined;
  const text = fromBase64(encoded.replaceAll('-', '+').replaceAll('_', '/'));
  // The last digit has bits that decoding passes over: only one of its spellings is ours.
  return text !== undefined && toBase64Url(text) === encoded ? text : undefined;
}

export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  // In slices, since a call takes only so many arguments, and texts of any length come from clients.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** The text whose UTF-8 this is the base64 of, or undefined where it is not the base64 of a text. */
export function fromBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The JSON value a text holds, or undefined where it holds none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object: no array, no null. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names what a value is: `Uint8Array`, `Undefined`. One of another realm has the same name. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1);

/** Whether a text has the form of the ids that the engine gives. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
