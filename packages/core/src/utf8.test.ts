import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeUtf8, encodeUtf8, isBytes } from './utf8.ts';

afterEach(() => vi.unstubAllGlobals());

const inAnotherRealm = (code: string): unknown => runInNewContext(code);

describe('encodeUtf8 and decodeUtf8', () => {
  it.each(['', 'ASCII', 'Grüße, 船'])('bring back %j', (text) => {
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
  });

  it('work without the globals, as in the simulated page of a test', () => {
    vi.stubGlobal('TextEncoder', undefined);
    vi.stubGlobal('TextDecoder', undefined);
    const bytes = encodeUtf8('船');
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect([...bytes]).toEqual([0xe8, 0x88, 0xb9]);
    expect(decodeUtf8(bytes)).toBe('船');
  });

  it('give arrays of this realm if the platform has an encoder of another one', () => {
    const Foreign = inAnotherRealm('Uint8Array') as Uint8ArrayConstructor;
    vi.stubGlobal(
      'TextEncoder',
      class {
        encode = () => Foreign.of(1, 2);
      },
    );
    expect(encodeUtf8('any')).toEqual(Uint8Array.of(1, 2));
    expect(encodeUtf8('any')).toBeInstanceOf(Uint8Array);
  });

  it('say what is missing on a platform without any', () => {
    vi.stubGlobal('TextEncoder', undefined);
    vi.stubGlobal('process', undefined);
    expect(() => encodeUtf8('any')).toThrow(
      'This platform has no TextEncoder and no TextDecoder: load a polyfill of both first',
    );
  });

  it('refuse invalid bytes if they are told to', () => {
    expect(decodeUtf8(Uint8Array.of(0xff))).toBe('\ufffd');
    expect(() => decodeUtf8(Uint8Array.of(0xff), { fatal: true })).toThrow(TypeError);
  });
});

describe('isBytes', () => {
  it.each<[string, unknown, boolean]>([
    ['a Uint8Array', new Uint8Array(1), true],
    ['a Buffer', Buffer.from('a'), true],
    ['a Uint8Array of another realm', inAnotherRealm('new Uint8Array(1)'), true],
    ['a DataView', new DataView(new ArrayBuffer(1)), false],
    ['a Uint16Array', new Uint16Array(1), false],
    ['an ArrayBuffer', new ArrayBuffer(1), false],
    ['an object that looks like one', { [Symbol.toStringTag]: 'Uint8Array', length: 1 }, false],
    ['a text', 'a', false],
    ['null', null, false],
  ])('says of %s: %j', (_, value, expected) => {
    expect(isBytes(value)).toBe(expected);
  });
});
