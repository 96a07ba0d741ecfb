import { portableHasher } from '@coracle/registry/core';
import { createSHA256 } from 'hash-wasm';

/** How long one digest takes of so many MiB, in milliseconds: core's own SHA-256, and hash-wasm's. */
export interface DigestTimes {
  readonly mebibytes: number;
  readonly own: number;
  readonly wasm: number;
}

const mebibyte = 1024 * 1024;
const rounds = 7;
/** These come before, and are for the compiler. */
const warmUps = 3;

/** Runs in Node and in a page alike. The two take turns, and the median of each counts. */
export async function digestTimes(sizes: readonly number[]): Promise<DigestTimes[]> {
  const hasher = await createSHA256();
  const own = (bytes: Uint8Array) => {
    const hash = portableHasher('sha256');
    void hash.update(bytes);
    return hash.digest();
  };
  const wasm = (bytes: Uint8Array) => hasher.init().update(bytes).digest();

  return sizes.map((mebibytes) => {
    const bytes = Uint8Array.from({ length: mebibyte }, (_, i) => (i * 31 + (i >> 8)) & 255);
    const all = new Uint8Array(mebibytes * mebibyte);
    for (let at = 0; at < all.length; at += mebibyte) all.set(bytes, at);
    if (own(all) !== wasm(all)) throw new Error('The two digests differ');
    const times = { own: [] as number[], wasm: [] as number[] };
    for (let round = -warmUps; round < rounds; round++) {
      for (const [name, digest] of [
        ['own', own],
        ['wasm', wasm],
      ] as const) {
        const start = performance.now();
        digest(all);
        if (round >= 0) times[name].push(performance.now() - start);
      }
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[(rounds - 1) / 2] ?? Number.NaN;
    return { mebibytes, own: median(times.own), wasm: median(times.wasm) };
  });
}
