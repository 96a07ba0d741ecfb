import { afterEach, describe, expect, it, vi } from 'vitest';
import { bufferDecoder, decodeBase64, decodeByTable, type GroupDecoder, nativeDecoder } from './base64.ts';

/** Implements the part of the standard `setFromBase64` that the decoder uses. */
function setFromBase64(this: Uint8Array<ArrayBuffer>, text: string, options: { lastChunkHandling: string }) {
  expect(options).toEqual({ lastChunkHandling: 'strict' });
  const groups = text.replace(/[\t\n\f\r ]/g, '');
  const bytes = decodeBase64(groups, decodeByTable);
  if (bytes === undefined) throw new SyntaxError('not base64');
  const written = Math.min(bytes.length, this.length);
  this.set(bytes.subarray(0, written));
  return { read: text.length, written };
}

const withNative = (): GroupDecoder | undefined => {
  Object.assign(Uint8Array.prototype, { setFromBase64 });
  return nativeDecoder();
};

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Uint8Array.prototype, 'setFromBase64');
});

const decoders: [name: string, make: () => GroupDecoder | undefined][] = [
  ['the native decoder', withNative],
  ['Buffer', bufferDecoder],
  ['the table', () => decodeByTable],
];

const ways: [name: string, as: (text: string) => string | Uint8Array][] = [
  ['a text', (text) => text],
  ['bytes', (text) => new TextEncoder().encode(text)],
];

describe.each(decoders.flatMap(([decoder, make]) => ways.map(([way, as]) => ({ decoder, make, way, as }))))(
  '$decoder on $way',
  ({ make, as }) => {
    const decode = (text: string) => decodeBase64(as(text), make());

    it.each([0, 1, 2, 3, 4, 5, 63, 64, 65, 255, 4096, 36_864, 36_865, 100_003])('decodes %i bytes', (size) => {
      const bytes = Uint8Array.from({ length: size }, (__, i) => (i * 151 + size) & 0xff);
      expect(decode(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
    });

    it('decodes every character of the alphabet at every place', () => {
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
      for (let shift = 0; shift < 4; shift++) {
        const text = alphabet.slice(shift) + alphabet.slice(0, shift);
        expect(decode(text)).toEqual(new Uint8Array(Buffer.from(text, 'base64')));
      }
    });

    it('gives bytes that share no memory with others', () => {
      expect(decode('AQID')?.buffer.byteLength).toBe(3);
    });

    it.each([
      'AQI\n',
      'AQID\nBAU=',
      ' AQI',
      'AQ-_',
      'AQI*',
      'AQ==AQID',
      'AQ=A',
      'A===',
      '====',
      '=AQI',
      'AR==',
      'AQJ=',
      'ŁŁŁŁ',
      'AQI\u0141',
      'AQ\u{1f600}',
      'AQI\0',
    ])('refuses %j', (text) => {
      expect(decode(text)).toBeUndefined();
      // In the middle of a long text, and over the place where it is cut.
      for (const before of [49_144, 49_148, 49_152]) {
        expect(decode(`${'A'.repeat(before)}${text}AAAA`)).toBeUndefined();
      }
    });
  },
);

describe('decodeBase64', () => {
  it.each(['A', 'AQ', 'AQI', 'AQIDB', 'AQID='])('refuses %j, which is not whole', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it('takes what the platform has', () => {
    withNative();
    expect(decodeBase64('AQID')).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('needs nothing of the platform', () => {
    vi.stubGlobal('Buffer', undefined);
    expect(bufferDecoder()).toBeUndefined();
    expect(nativeDecoder()).toBeUndefined();
    expect(decodeBase64('AQID')).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('decodes a layer part of 20 MiB without overflowing a stack', () => {
    const bytes = new Uint8Array(20 * 1024 * 1024).fill(0xa5);
    const text = Buffer.from(bytes).toString('base64');
    for (const [, make] of decoders) expect(decodeBase64(text, make())?.length).toBe(bytes.length);
  });
});
