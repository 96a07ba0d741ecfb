import { BlockHash, wordsToBytes } from './block-hash.ts';

/**
 * Computes SHA-512 (FIPS 180-4) in plain TypeScript, without any function of the platform, so that content with a
 * sha512 digest can be verified on every platform. The code is small rather than fast, because few registries have
 * content with a sha512 digest.
 */
export class Sha512 extends BlockHash {
  /**
   * The state of the hash: eight words of 64 bits. Each word is stored as two numbers, its high 32 bits and then its
   * low 32 bits.
   */
  readonly #state = halves(primes(8).map((prime) => fraction(prime, 2n)));

  constructor() {
    super(128);
  }

  protected compress(view: DataView, at: number, end: number): void {
    constants ??= halves(primes(80).map((prime) => fraction(prime, 3n)));
    for (let block = at; block < end; block += 128) compressBlock(this.#state, view, block, constants);
  }

  protected state(): Uint8Array {
    return wordsToBytes(this.#state);
  }
}

let constants: Int32Array | undefined;

function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n++) if (found.every((prime) => n % prime !== 0n)) found.push(n);
  return found;
}

/**
 * Computes the first 64 bits of the fractional part of a root of `n` (FIPS 180-4, sections 4.2.3 and 5.3.5). `root` is
 * 2 for the square root and 3 for the cube root. The computation is a bisection with whole numbers.
 */
function fraction(n: bigint, root: bigint): bigint {
  const scaled = n << (64n * root);
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** root <= scaled) low = middle;
    else high = middle;
  }
  return low & 0xffff_ffff_ffff_ffffn;
}

const halves = (words: readonly bigint[]): Int32Array =>
  Int32Array.from(words.flatMap((word) => [Number(BigInt.asIntN(32, word >> 32n)), Number(BigInt.asIntN(32, word))]));

/**
 * Rotates a 64-bit word to the right by 1 to 31 bits, and returns the upper 32 bits of the result. If `upper` and
 * `lower` are exchanged, returns the lower 32 bits.
 */
const rotated = (upper: number, lower: number, bits: number): number => (upper >>> bits) | (lower << (32 - bits));

const schedule = new Int32Array(160);

/**
 * Adds 64-bit words. `parts` contains the high and the low 32 bits of each word in turn. Writes the high and the low 32
 * bits of the sum to `target`, at the indexes `to` and `to + 1`.
 */
function sum(target: Int32Array, to: number, ...parts: readonly number[]): void {
  let high = 0;
  let low = 0;
  for (let i = 0; i < parts.length; i += 2) {
    high += parts[i] ?? 0;
    low += (parts[i + 1] ?? 0) >>> 0;
  }
  target[to] = (high + Math.floor(low / 2 ** 32)) | 0;
  target[to + 1] = low | 0;
}

/**
 * Hashes the block of 128 bytes that starts at `at` in `view` (FIPS 180-4, section 6.4.2). `state` contains the eight
 * words that the standard calls a to h, and `k` contains the constants of the rounds.
 */
function compressBlock(state: Int32Array, view: DataView, at: number, k: Int32Array): void {
  const w = schedule;
  for (let i = 0; i < 32; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 32; i < 160; i += 2) {
    const [h15, l15, h2, l2] = [w[i - 30] ?? 0, w[i - 29] ?? 0, w[i - 4] ?? 0, w[i - 3] ?? 0];
    const small0High = rotated(h15, l15, 1) ^ rotated(h15, l15, 8) ^ (h15 >>> 7);
    const small0Low = rotated(l15, h15, 1) ^ rotated(l15, h15, 8) ^ rotated(l15, h15, 7);
    const small1High = rotated(h2, l2, 19) ^ rotated(l2, h2, 29) ^ (h2 >>> 6);
    const small1Low = rotated(l2, h2, 19) ^ rotated(h2, l2, 29) ^ rotated(l2, h2, 6);
    sum(
      w,
      i,
      w[i - 32] ?? 0,
      w[i - 31] ?? 0,
      small0High,
      small0Low,
      w[i - 14] ?? 0,
      w[i - 13] ?? 0,
      small1High,
      small1Low,
    );
  }

  const s = Int32Array.from(state);
  const t1 = new Int32Array(2);
  const half = (word: number, low: 0 | 1): number => s[2 * word + low] ?? 0;
  for (let i = 0; i < 160; i += 2) {
    const [ah, al, bh, bl, ch, cl] = [half(0, 0), half(0, 1), half(1, 0), half(1, 1), half(2, 0), half(2, 1)];
    const [eh, el, fh, fl, gh, gl] = [half(4, 0), half(4, 1), half(5, 0), half(5, 1), half(6, 0), half(6, 1)];
    const sum1High = rotated(eh, el, 14) ^ rotated(eh, el, 18) ^ rotated(el, eh, 9);
    const sum1Low = rotated(el, eh, 14) ^ rotated(el, eh, 18) ^ rotated(eh, el, 9);
    const choiceHigh = (eh & fh) ^ (~eh & gh);
    const choiceLow = (el & fl) ^ (~el & gl);
    sum(
      t1,
      0,
      half(7, 0),
      half(7, 1),
      sum1High,
      sum1Low,
      choiceHigh,
      choiceLow,
      k[i] ?? 0,
      k[i + 1] ?? 0,
      w[i] ?? 0,
      w[i + 1] ?? 0,
    );
    const sum0High = rotated(ah, al, 28) ^ rotated(al, ah, 2) ^ rotated(al, ah, 7);
    const sum0Low = rotated(al, ah, 28) ^ rotated(ah, al, 2) ^ rotated(ah, al, 7);
    const majorityHigh = (ah & bh) ^ (ah & ch) ^ (bh & ch);
    const majorityLow = (al & bl) ^ (al & cl) ^ (bl & cl);
    const [t1h, t1l] = [t1[0] ?? 0, t1[1] ?? 0];
    s.copyWithin(2, 0, 14);
    sum(s, 8, half(4, 0), half(4, 1), t1h, t1l);
    sum(s, 0, t1h, t1l, sum0High, sum0Low, majorityHigh, majorityLow);
  }
  for (let word = 0; word < 16; word += 2) {
    sum(state, word, state[word] ?? 0, state[word + 1] ?? 0, s[word] ?? 0, s[word + 1] ?? 0);
  }
}
