import { BlockHash, wordsToBytes } from './block-hash.ts';
import { compress } from './generated/sha256-compress.ts';

/** Computes SHA-256 (FIPS 180-4) in plain TypeScript, without any function of the platform. */
export class Sha256 extends BlockHash {
  /**
   * The state of the hash. Its initial words are the first 32 bits of the fractional parts of the square roots of the
   * first 8 primes (FIPS 180-4, section 5.3.3).
   */
  readonly #state = Int32Array.of(
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
  );

  constructor() {
    super(64);
  }

  protected compress(view: DataView, at: number, end: number): void {
    compress(this.#state, view, at, end);
  }

  protected state(): Uint8Array {
    return wordsToBytes(this.#state);
  }
}
