import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { type Subtle, SubtleHash, subtleCrypto } from './subtle-hash.ts';

const algorithms = ['sha256', 'sha512'] as const;
const sizes = [0, 1, 2048, 2049, 100_000];

describe.each(algorithms)('a %s hash by crypto.subtle', (algorithm) => {
  const start = () => new SubtleHash(algorithm, subtleCrypto() as Subtle);
  const expected = (bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');

  it.each(sizes)('is right for %i bytes in one array', async (size) => {
    const bytes = randomBytes(size + 3).subarray(3);
    expect(await start().digestOf(bytes)).toBe(expected(bytes));
    expect(await digestOf(start, bytes, algorithm)).toBe(`${algorithm}:${expected(bytes)}`);
  });

  it.each(sizes)('is right for %i bytes in chunks', async (size) => {
    const bytes = randomBytes(size);
    const hash = start();
    for (let at = 0; at < size; at += 999) await hash.update(bytes.subarray(at, at + 999));
    expect(await hash.digest()).toBe(expected(bytes));
  });

  it.each(sizes)('is right for %i bytes of memory that threads share', async (size) => {
    const bytes = new Uint8Array(new SharedArrayBuffer(size)).fill(7);
    expect(await start().digestOf(bytes)).toBe(expected(Uint8Array.from(bytes)));
  });

  it('is that of the bytes at the time of the call', async () => {
    const bytes = randomBytes(100_000);
    const before = expected(bytes);
    const digest = start().digestOf(bytes);
    bytes.fill(0);
    expect(await digest).toBe(before);
  });
});
