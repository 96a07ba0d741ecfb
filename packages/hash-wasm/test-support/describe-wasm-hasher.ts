import { createEngine, ecr, type Hasher } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { wasmHasher } from '../src/index.ts';

const names = { sha256: 'SHA-256', sha512: 'SHA-512' } as const;
const algorithms = ['sha256', 'sha512'] as const;
const content = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255);

async function expected(algorithm: keyof typeof names, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest(names[algorithm], bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function inChunks(hasher: Hasher, algorithm: keyof typeof names, bytes: Uint8Array): Promise<string> {
  const hash = hasher(algorithm);
  for (let at = 0; at < bytes.length; at += 70_000) await hash.update(bytes.subarray(at, at + 70_000));
  return hash.digest();
}

/** Describes the hasher on each platform that compiles WebAssembly. */
export function describeWasmHasher(platform: string): void {
  describe.each(algorithms)(`%s by wasmHasher() in ${platform}`, (algorithm) => {
    it.each([0, 1, 127, 128, 70_001, 1_000_000])('is right for %i bytes', async (size) => {
      const hasher = wasmHasher();
      const bytes = content(size);
      const right = await expected(algorithm, bytes);
      expect(await inChunks(hasher, algorithm, bytes)).toBe(right);
      expect((await hasher(algorithm).digestOf?.(bytes)) ?? right).toBe(right);
    });

    it('keeps digests apart that run side by side, and one after the other', async () => {
      const hasher = wasmHasher();
      for (let round = 0; round < 3; round++) {
        const all = Array.from({ length: 20 }, (_, i) => content(1000 * i + round));
        const digests = await Promise.all(all.map((bytes) => inChunks(hasher, algorithm, bytes)));
        expect(digests).toEqual(await Promise.all(all.map((bytes) => expected(algorithm, bytes))));
      }
    });

    it('is right for more digests at once than a page has memory for instances', async () => {
      const hasher = wasmHasher();
      const all = Array.from({ length: 1500 }, (_, i) => ({ hash: hasher(algorithm), bytes: content(i) }));
      await Promise.all(all.map(({ hash, bytes }) => hash.update(bytes)));
      const digests = await Promise.all(all.map(({ hash }) => hash.digest()));
      expect(digests).toEqual(await Promise.all(all.map(({ bytes }) => expected(algorithm, bytes))));
    });

    it('verifies what is pushed to a registry', async () => {
      const engine = createEngine({ storage: memoryStorage(), services: [ecr], hasher: wasmHasher() });
      const at = { host: 'localhost', path: 'team/web' };
      await engine.ecr.createRepository({ repositoryName: 'team/web' });
      const bytes = content(20_000_000);
      const digest = `${algorithm}:${await expected(algorithm, bytes)}`;
      await expect(engine.distribution.putBlob(at, digest, bytes)).resolves.toMatchObject({ digest });
    });
  });
}
