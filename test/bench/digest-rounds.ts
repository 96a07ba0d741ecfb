import { type Algorithm, defaultHasher, digestOf, type Hasher, portableHasher } from '@coracle/registry/core';
import { wasmHasher } from '@coracle/registry/hash-wasm';

/** The speed of one way to hash, in MiB/s: of its first call, which includes all that it prepares, and of later ones. */
export interface Speed {
  readonly first: number;
  readonly median: number;
}

/** How fast core's own code, wasmHasher() and the platform (`crypto.subtle` or node:crypto) hash so many MiB. */
export interface DigestSpeeds {
  readonly algorithm: Algorithm;
  readonly mebibytes: number;
  readonly own: Speed;
  readonly wasm: Speed;
  readonly platform: Speed;
}

const mebibyte = 1024 * 1024;
const rounds = 7;

const inChunks = (hasher: Hasher) => async (bytes: Uint8Array, algorithm: Algorithm) => {
  const hash = hasher(algorithm);
  for (let at = 0; at < bytes.length; at += mebibyte) await hash.update(bytes.subarray(at, at + mebibyte));
  return `${algorithm}:${await hash.digest()}`;
};

/** Runs in Node and in a page alike. The ways take turns, and the median of each counts. */
export async function digestSpeeds(sizes: readonly number[]): Promise<DigestSpeeds[]> {
  const ways = {
    own: inChunks(portableHasher),
    wasm: inChunks(wasmHasher()),
    platform: (bytes: Uint8Array, algorithm: Algorithm) => digestOf(defaultHasher, bytes, algorithm),
  };
  const speeds: DigestSpeeds[] = [];
  for (const algorithm of ['sha256', 'sha512'] as const) {
    for (const mebibytes of sizes) {
      const bytes = Uint8Array.from({ length: mebibyte }, (_, i) => (i * 31 + (i >> 8)) & 255);
      const all = new Uint8Array(mebibytes * mebibyte);
      for (let at = 0; at < all.length; at += mebibyte) all.set(bytes, at);
      const taken: Record<keyof typeof ways, number[]> = { own: [], wasm: [], platform: [] };
      const digests = new Set<string>();
      for (let round = 0; round <= rounds; round++) {
        for (const name of Object.keys(ways) as (keyof typeof ways)[]) {
          const start = performance.now();
          digests.add(await ways[name](all, algorithm));
          taken[name].push((mebibytes / (performance.now() - start)) * 1000);
        }
      }
      if (digests.size !== 1) throw new Error(`The digests differ: ${[...digests].join(', ')}`);
      const speed = ([first = Number.NaN, ...later]: number[]): Speed => ({
        first,
        median: later.sort((a, b) => a - b)[(rounds - 1) / 2] ?? Number.NaN,
      });
      const { own, wasm, platform } = taken;
      speeds.push({ algorithm, mebibytes, own: speed(own), wasm: speed(wasm), platform: speed(platform) });
    }
  }
  return speeds;
}
