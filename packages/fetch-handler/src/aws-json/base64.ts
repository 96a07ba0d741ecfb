/**
 * Base64 of RFC 4648 section 4, decoded strictly: only the alphabet, whole groups of four, padded, and no bits left
 * over (section 3.5). Whichever decoder a platform has, the same texts are refused.
 */

/** The bytes, or undefined where the text is not base64. */
export type Decoder = (text: string) => Uint8Array<ArrayBuffer> | undefined;

export const decodeBase64: Decoder = (text) => {
  const decode = nativeDecoder() ?? bufferDecoder() ?? decodeByTable;
  return text.length % 4 === 0 ? decode(text) : undefined;
};

const sizeOf = (text: string): number => (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);

/** `Uint8Array.fromBase64` of ECMAScript 2026. */
export function nativeDecoder(): Decoder | undefined {
  const { fromBase64 } = Uint8Array as {
    fromBase64?: (text: string, options: { lastChunkHandling: 'strict' }) => Uint8Array<ArrayBuffer>;
  };
  if (fromBase64 === undefined) return undefined;
  return (text) => {
    try {
      const bytes = fromBase64.call(Uint8Array, text, { lastChunkHandling: 'strict' });
      // It skips white space, which makes the text longer than its bytes need.
      return bytes.length === sizeOf(text) ? bytes : undefined;
    } catch {
      return undefined;
    }
  };
}

interface NodeBuffer {
  write(text: string, encoding: 'base64'): number;
  toString(encoding: 'base64'): string;
}

/** `Buffer` of Node, Bun, Deno and Workers, where it is a global. */
export function bufferDecoder(): Decoder | undefined {
  const { Buffer } = globalThis as { Buffer?: { from?(buffer: ArrayBuffer): NodeBuffer } };
  const from = Buffer?.from;
  if (from === undefined) return undefined;
  return (text) => {
    const bytes = new Uint8Array(sizeOf(text));
    const buffer = from.call(Buffer, bytes.buffer);
    // It takes almost anything: only a text that comes back unchanged was base64.
    return buffer.write(text, 'base64') === bytes.length && buffer.toString('base64') === text ? bytes : undefined;
  };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const invalid = 0x40;
const values = new Uint8Array(256).fill(invalid);
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;

/** For platforms that have neither. */
export const decodeByTable: Decoder = (text) => {
  const bytes = new Uint8Array(sizeOf(text));
  const value = (at: number) => values[text.charCodeAt(at)] ?? invalid;
  const whole = bytes.length - (bytes.length % 3);
  let at = 0;
  // Of all values seen, so that there is one test at the end: only an invalid one has this bit.
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
  return (seen & invalid) === 0 ? bytes : undefined;
};
