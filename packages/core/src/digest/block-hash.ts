import { hex } from './hex.ts';
import type { RunningHash } from './running-hash.ts';

/**
 * The maximum number of bytes that one call of `compress` hashes.
 *
 * Chromium's JavaScript engine compiles a function that is called often to faster code than a function that is called
 * once and runs long.
 */
const atOnce = 16 * 1024;

/**
 * The base class of the hashes of the SHA-2 family (FIPS 180-4). The class splits the bytes into blocks, pads the last
 * block and returns the digest. Whole blocks are hashed without a copy of them. Only the bytes of an incomplete block
 * are copied.
 */
export abstract class BlockHash implements RunningHash {
  readonly #block: Uint8Array;
  readonly #view: DataView;
  #filled = 0;
  #length = 0;

  constructor(blockBytes: number) {
    this.#block = new Uint8Array(blockBytes);
    this.#view = new DataView(this.#block.buffer);
  }

  /** Hashes the whole blocks in the bytes of `view` from `at` up to, but not including, `end`. */
  protected abstract compress(view: DataView, at: number, end: number): void;
  /** Returns the internal state of the hash as bytes. After the padding has been hashed, the state is the digest. */
  protected abstract state(): Uint8Array;

  update(bytes: Uint8Array): void {
    const { length: size } = this.#block;
    this.#length += bytes.length;
    let rest = bytes;
    if (this.#filled > 0) {
      const head = rest.subarray(0, size - this.#filled);
      this.#block.set(head, this.#filled);
      this.#filled += head.length;
      rest = rest.subarray(head.length);
      if (this.#filled < size) return;
      this.compress(this.#view, 0, size);
      this.#filled = 0;
    }
    const whole = rest.length - (rest.length % size);
    const view = new DataView(rest.buffer, rest.byteOffset, whole);
    for (let at = 0; at < whole; at += atOnce) this.compress(view, at, Math.min(whole, at + atOnce));
    this.#block.set(rest.subarray(whole));
    this.#filled = rest.length - whole;
  }

  /**
   * Adds the padding, and returns the digest in hex. The padding is a one bit, zeros, and the length of the content in
   * bits at the end of the last block (FIPS 180-4, section 5.1).
   */
  digest(): string {
    const { length: size } = this.#block;
    const lengthBytes = size / 8;
    const padded = new Uint8Array(this.#filled + 1 + lengthBytes > size ? 2 * size : size);
    padded.set(this.#block.subarray(0, this.#filled));
    padded[this.#filled] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(this.#length / 2 ** 29));
    view.setUint32(padded.length - 4, (this.#length * 8) % 2 ** 32);
    this.compress(view, 0, padded.length);
    return hex(this.state());
  }
}

/** Converts 32-bit words to bytes. The most significant byte of each word comes first. */
export function wordsToBytes(words: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < words.length; i++) view.setInt32(i * 4, words[i] ?? 0);
  return bytes;
}
