import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generated } from '../../scripts/generate-sha256.mjs';
import { Sha256 } from './sha256.ts';
import { Sha512 } from './sha512.ts';

describe.each([
  ['sha256', () => new Sha256()],
  ['sha512', () => new Sha512()],
] as const)('core’s own %s', (algorithm, start) => {
  const expected = (bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');

  it('agrees with node:crypto on every length around the blocks', () => {
    const bytes = randomBytes(300);
    for (let length = 0; length <= bytes.length; length++) {
      const hash = start();
      hash.update(bytes.subarray(0, length));
      expect(hash.digest(), `${length} bytes`).toBe(expected(bytes.subarray(0, length)));
    }
  });

  it('agrees with node:crypto however random bytes are cut, and wherever they start in their buffer', () => {
    for (let round = 0; round < 50; round++) {
      const bytes = randomBytes(randomInt(5_000) + 8).subarray(randomInt(8));
      const hash = start();
      const cuts: number[] = [];
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + randomInt(400));
        hash.update(bytes.subarray(at, end));
        cuts.push(end);
        at = end;
      }
      expect(hash.digest(), `cut at ${cuts.join()}: ${bytes.toString('hex')}`).toBe(expected(bytes));
    }
  });
});

describe('the generated compression function', () => {
  it('is what the script writes', async () => {
    expect(await readFile(new URL('generated/sha256-compress.ts', import.meta.url), 'utf8')).toBe(generated());
  });
});
