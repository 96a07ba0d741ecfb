import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../utf8.ts';
import { bytesFromBase64Url, bytesToBase64Url, fromBase64, isObject, parseJson, toBase64 } from './text.ts';

describe('base64', () => {
  it.each(['', 'a', 'ab', 'abc', 'Größe', '🛶', '\u0000\u007f', '>>>???'])('of %j and back', (text) => {
    expect(fromBase64(toBase64(text))).toBe(text);
    const forUrls = bytesToBase64Url(encodeUtf8(text));
    expect(forUrls).toMatch(/^[A-Za-z0-9_-]*$/);
    expect(decodeUtf8(bytesFromBase64Url(forUrls) ?? new Uint8Array())).toBe(text);
  });

  it('of a text that is longer than a call has room for arguments', () => {
    const text = 'Größe'.repeat(50_000);
    expect(fromBase64(toBase64(text))).toBe(text);
    expect(bytesFromBase64Url('A'.repeat(200_000))).toEqual(new Uint8Array(150_000));
  });

  it.each(['*', 'A', '/w==', '4pyTIA=', 'AWS:x'])('of a text is not %j', (encoded) => {
    expect(fromBase64(encoded)).toBeUndefined();
  });

  it.each(['YR', 'YWK', 'YQ==', 'Y Q', 'YQ\n', '+w', '/w', 'Y'])(
    'for URLs is not %j, which is no form of ours',
    (encoded) => {
      expect(bytesFromBase64Url(encoded)).toBeUndefined();
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
