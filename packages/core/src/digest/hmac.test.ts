import { describe, expect, it } from 'vitest';
import { defaultHasher } from './hasher.ts';
import { hmac, sameText } from './hmac.ts';
import { portableHasher } from './portable-hasher.ts';

const bytes = (length: number, byte: number) => new Uint8Array(length).fill(byte);
const ascii = (text: string) => new TextEncoder().encode(text);

describe.each([
  ['the default hasher', defaultHasher],
  ['the portable hasher', portableHasher],
])('hmac by %s', (_, hasher) => {
  // RFC 4231: those of its test cases whose data is text.
  it.each<[number, Uint8Array, string, string]>([
    [1, bytes(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      2,
      ascii('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      6,
      bytes(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      7,
      bytes(131, 0xaa),
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('gives what test case %i of RFC 4231 says', async (_case, key, message, expected) => {
    expect(await hmac(hasher, key, message)).toBe(expected);
  });

  it.each([0, 63, 64, 65])('agrees with the platform on a key of %i bytes and a text of any script', async (length) => {
    const key = bytes(length, 0x5a);
    const message = 'Größe 大きさ 🛶';
    // The platform refuses an empty key, which is the same as one zero byte.
    const raw = length === 0 ? bytes(1, 0) : key;
    const imported = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const expected = new Uint8Array(await crypto.subtle.sign('HMAC', imported, ascii(message)));
    const hex = [...expected].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(await hmac(hasher, key, message)).toBe(hex);
  });
});

describe('sameText', () => {
  it.each([
    ['', '', true],
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', '', false],
    ['a', 'aa', false],
    ['ab', 'ba', false],
    ['ab', 'aB', false],
  ])('of %j and %j is %s', (a, b, same) => {
    expect(sameText(a, b)).toBe(same);
  });
});
