import { hex } from './hex.ts';
import { portableHasher } from './portable-hasher.ts';
import { type Algorithm, type RunningHash, webNames } from './running-hash.ts';

/** The part of `crypto.subtle` that hashes. It copies the bytes before it returns. */
export interface Subtle {
  digest(algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer>;
}

/** Returns `crypto.subtle`, or undefined if the platform does not have it, as in a page that is not a secure context. */
export const subtleCrypto = (): Subtle | undefined => (globalThis.crypto as { subtle?: Subtle } | undefined)?.subtle;

/** The number of bytes up to which own code is faster, because each call of `crypto.subtle` waits for another thread. */
const fewBytes = 2048;

/**
 * A hash by `crypto.subtle`, for content that is whole in one array, and by own code for content that arrives in
 * chunks, which `crypto.subtle` cannot hash.
 */
export class SubtleHash implements RunningHash {
  readonly #algorithm: Algorithm;
  readonly #subtle: Subtle;
  #own: RunningHash | undefined;

  constructor(algorithm: Algorithm, subtle: Subtle) {
    this.#algorithm = algorithm;
    this.#subtle = subtle;
  }

  update(bytes: Uint8Array): void | Promise<void> {
    this.#own ??= portableHasher(this.#algorithm);
    return this.#own.update(bytes);
  }

  digest(): string | Promise<string> {
    this.#own ??= portableHasher(this.#algorithm);
    return this.#own.digest();
  }

  async digestOf(bytes: Uint8Array): Promise<string> {
    if (bytes.length > fewBytes) {
      try {
        return hex(new Uint8Array(await this.#subtle.digest(webNames[this.#algorithm], bytes)));
      } catch {
        // Browsers refuse some arrays, for example those of a SharedArrayBuffer. Own code hashes every array.
      }
    }
    const own = portableHasher(this.#algorithm);
    await own.update(bytes);
    return own.digest();
  }
}
