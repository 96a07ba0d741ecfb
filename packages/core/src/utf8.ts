/**
 * This file encodes and decodes UTF-8 on every platform. The simulated page of jsdom has neither TextEncoder nor
 * TextDecoder, so the classes of Node are used in jsdom. The arrays of these classes belong to another JavaScript
 * realm, and are converted to arrays of the page.
 */

interface Platform {
  readonly TextEncoder: typeof TextEncoder;
  readonly TextDecoder: typeof TextDecoder;
}

// The module is looked up by name, so that bundlers for browsers do not see an import of Node.
const nodeUtil = (): Platform | undefined =>
  (
    globalThis as { process?: { getBuiltinModule?: (name: string) => Platform | undefined } }
  ).process?.getBuiltinModule?.('node:util');

/**
 * Returns the TextEncoder and the TextDecoder of the platform.
 * @throws TypeError if the platform has neither
 */
function platform(): Platform {
  if (typeof TextEncoder === 'function' && typeof TextDecoder === 'function') return globalThis;
  const node = nodeUtil();
  if (node === undefined)
    throw new TypeError('This platform has no TextEncoder or no TextDecoder: define both on globalThis first');
  return node;
}

/**
 * The encoders and decoders that are made. To make one costs more than to use it. A page may define its classes later, so
 * each is kept under its class.
 */
const coders = new WeakMap<object, Map<string, TextEncoder | TextDecoder>>();

function coder<T extends TextEncoder | TextDecoder>(of: object, kind: string, make: () => T): T {
  const made = coders.get(of) ?? new Map<string, TextEncoder | TextDecoder>();
  coders.set(of, made);
  const known = made.get(kind) ?? make();
  made.set(kind, known);
  return known as T;
}

/** Encodes a text as UTF-8. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const { TextEncoder: Encoder } = platform();
  const bytes = coder(Encoder, '', () => new Encoder()).encode(text);
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
}

/**
 * Decodes UTF-8. By default a byte order mark at the start is removed, and invalid bytes become U+FFFD.
 * @throws TypeError if the bytes are invalid and `fatal` is true
 */
export function decodeUtf8(bytes: Uint8Array, options: TextDecoderOptions = {}): string {
  const { TextDecoder: Decoder } = platform();
  const { fatal = false, ignoreBOM = false } = options;
  return coder(Decoder, `${fatal} ${ignoreBOM}`, () => new Decoder('utf-8', { fatal, ignoreBOM })).decode(bytes);
}

/**
 * Says whether a value is a Uint8Array, also if the value comes from another JavaScript realm, such as a Buffer in
 * jsdom.
 */
export const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'Uint8Array';
