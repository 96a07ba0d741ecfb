import { describe, expect, it } from 'vitest';
import { fromBase64, fromBase64Url, isObject, parseJson, toBase64, toBase64Url } from './text.ts';

describe('base64', () => {
  it.each(['', 'a', 'ab', 'abc', 'Größe', '🛶', '\u0000\u007f', '>>>???'])('of %j and back', (text) => {
    expect(fromBase64(toBase64(text))).toBe(text);
    expect(fromBase64Url(toBase64Url(text))).toBe(text);
    expect(toBase64Url(text)).toMatch(/^[A-Za-z0-9_-]*$/);
  });

  it('of a text that is longer than a call has room for arguments', () => {
    const text = 'Größe'.repeat(50_000);
    expect(fromBase64(toBase64(text))).toBe(text);
    expect(fromBase64Url('A'.repeat(200_000))).toBe('\0'.repeat(150_000));
  });

  it.each(['*', 'A', '/w==', '4pyTIA=', 'AWS:x'])('of a text is not %j', (encoded) => {
    expect(fromBase64(encoded)).toBeUndefined();
  });

  it.each(['YR', 'YWK', 'YQ==', 'Y Q', 'YQ\n', '+w', '/w', 'Y'])(
    'for URLs is not %j, which is no form of ours',
    (encoded) => {
      expect(fromBase64Url(encoded)).toBeUndefined();
    },
  );
});

describe('JSON', () => {
  it('is read where it is some, and undefined where it is none', () => {
    expect(parseJson('{"a":[1]}')).toEqual({ a: [1] });
    for (const text of ['', '{', 'undefined', "{'a':1}", '1 2']) expect(parseJson(text)).toBeUndefined();
  });

  it('knows an object from all else', () => {
    expect([{}, { a: 1 }].map(isObject)).toEqual([true, true]);
    expect([null, [], 'a', 1, undefined, true].map(isObject)).toEqual([false, false, false, false, false, false]);
  });
});
