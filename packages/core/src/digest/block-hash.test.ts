import { expect, it } from 'vitest';
import { BlockHash } from './block-hash.ts';

/** Hashes nothing, and returns the last block as the digest. */
class LastBlock extends BlockHash {
  readonly #bytes: number;
  #block: Uint8Array = new Uint8Array();

  constructor(bytes: number) {
    super(bytes);
    this.#bytes = bytes;
  }

  protected compress({ buffer, byteOffset }: DataView, _at: number, end: number): void {
    this.#block = new Uint8Array(buffer, byteOffset + end - this.#bytes, this.#bytes);
  }

  protected state(): Uint8Array {
    return this.#block;
  }
}

const GiB = 1024 ** 3;

// FIPS 180-4, section 5.1: the length has 64 bits in a block of 64 bytes, and 128 bits in a block of 128 bytes.
it.each([64, 128])('a block of %i bytes ends with the number of bits, also of content of more than 4 GiB', (size) => {
  const zeros = new Uint8Array(GiB);
  const hash = new LastBlock(size);
  for (let i = 0; i < 5; i++) hash.update(zeros);
  hash.update(Uint8Array.of(1, 2, 3));
  const bits = (5n * BigInt(GiB) + 3n) * 8n;
  expect(hash.digest()).toBe(`01020380${'00'.repeat(size - 4 - size / 8)}${bits.toString(16).padStart(size / 4, '0')}`);
});
