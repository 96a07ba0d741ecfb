/**
 * Text as UTF-8, also in the simulated page of a test: jsdom has neither TextEncoder nor TextDecoder, and those of
 * Node make arrays of another realm.
 */

interface Platform {
  readonly TextEncoder: typeof TextEncoder;
  readonly TextDecoder: typeof TextDecoder;
}

// It is asked for by name, so that core imports no platform and a bundler for browsers finds nothing to replace.
const nodeUtil = (): Platform | undefined =>
  (
    globalThis as { process?: { getBuiltinModule?: (name: string) => Platform | undefined } }
  ).process?.getBuiltinModule?.('node:util');

/** @throws TypeError if the platform has no codec of UTF-8 */
function platform(): Platform {
  if (typeof TextEncoder === 'function' && typeof TextDecoder === 'function') return globalThis;
  const node = nodeUtil();
  if (node === undefined)
    throw new TypeError('This platform has no TextEncoder or no TextDecoder: define both on globalThis first');
  return node;
}

/** Encodes a text. Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new (platform().TextEncoder)().encode(text);
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
}

/**
 * Decodes bytes. By default a byte order mark at the start is dropped, and invalid bytes become U+FFFD.
 * @throws TypeError if the bytes are invalid and `fatal` is set
 */
export function decodeUtf8(bytes: Uint8Array, options: TextDecoderOptions = {}): string {
  return new (platform().TextDecoder)('utf-8', options).decode(bytes);
}

/** Says whether a value is a Uint8Array, of this realm or of another: a Buffer is of another one in jsdom. */
export const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'Uint8Array';
