import { afterEach, describe, expect, it, vi } from 'vitest';
import { bufferDecoder, type Decoder, decodeBase64, decodeByTable, nativeDecoder } from './base64.ts';

/** What the standard says that `Uint8Array.fromBase64` does, in so far as it is asked to. */
function fromBase64(this: unknown, text: string, options: { lastChunkHandling: string }): Uint8Array {
  expect(this).toBe(Uint8Array);
  expect(options).toEqual({ lastChunkHandling: 'strict' });
  const bytes = decodeByTable(text.replace(/[\t\n\f\r ]/g, ''));
  if (bytes === undefined) throw new SyntaxError('not base64');
  return bytes;
}

const withNative = (): Decoder | undefined => {
  vi.stubGlobal('Uint8Array', Object.assign(Uint8Array, { fromBase64 }));
  return nativeDecoder();
};

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Uint8Array, 'fromBase64');
});

const decoders: [name: string, make: () => Decoder | undefined][] = [
  ['the native decoder', withNative],
  ['Buffer', bufferDecoder],
  ['the table', () => decodeByTable],
];

describe.each(decoders)('%s', (_, make) => {
  const decode: Decoder = (text) => make()?.(text);

  it.each([0, 1, 2, 3, 4, 5, 63, 64, 65, 255, 4096, 100_003])('decodes %i bytes', (size) => {
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
  });
});

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
    for (const [, make] of decoders) expect(make()?.(text)?.length).toBe(bytes.length);
  });
});
