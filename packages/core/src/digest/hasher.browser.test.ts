import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { defaultHasher } from './hasher.ts';
import { hex } from './hex.ts';
import { portableHasher } from './portable-hasher.ts';

const content = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255);

describe.each([
  ['sha256', 'SHA-256'],
  ['sha512', 'SHA-512'],
] as const)('%s in a page', (algorithm, name) => {
  it.each([0, 1, 127, 128, 2048, 2049, 1_000_000])('is that of the browser for %i bytes', async (size) => {
    const bytes = content(size);
    const expected = hex(new Uint8Array(await crypto.subtle.digest(name, bytes)));
    for (const hasher of [defaultHasher, portableHasher]) {
      expect(await digestOf(hasher, bytes, algorithm)).toBe(`${algorithm}:${expected}`);
      const hash = hasher(algorithm);
      for (let at = 0; at < size; at += 70_000) await hash.update(bytes.subarray(at, at + 70_000));
      expect(await hash.digest()).toBe(expected);
    }
  });
});

it('leaves content in one array to the browser, and hashes chunks in own code', () => {
  expect(defaultHasher('sha256').digestOf).toBeTypeOf('function');
  expect(portableHasher('sha256').digestOf).toBeUndefined();
});
