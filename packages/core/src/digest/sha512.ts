import { BlockHash, wordsToBytes } from './block-hash.ts';

/**
 * Computes SHA-512 (FIPS 180-4) in plain TypeScript, without any function of the platform, so that content with a
 * sha512 digest can be verified on every platform.
 */
export class Sha512 extends BlockHash {
  readonly #state = halves(primes(8).map((prime) => fraction(prime, 2n)));

  constructor() {
    super(128);
  }

  protected compress(view: DataView, at: number, end: number): void {
    constants ??= halves(primes(80).map((prime) => fraction(prime, 3n)));
    for (let block = at; block < end; block += 128) compressBlock(this.#state, view, block, constants);
  }

  protected state(): Uint8Array {
    const { high, low } = this.#state;
    return wordsToBytes([...high].flatMap((word, i) => [word, low[i] ?? 0]));
  }
}

/** Words of 64 bits: the high 32 bits of each word in one array, and its low 32 bits in the other. */
interface Words {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/** The constants of the rounds. They are computed when they are needed for the first time. */
let constants: Words | undefined;

/** The words of the message schedule. All hashes share the arrays, because each block fills them anew. */
const schedule: Words = { high: new Int32Array(80), low: new Int32Array(80) };

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

const halves = (words: readonly bigint[]): Words => ({
  high: Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word >> 32n))),
  low: Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word))),
});

/**
 * Rotates a 64-bit word to the right by 1 to 31 bits, and returns the upper 32 bits of the result. If `upper` and
 * `lower` are exchanged, returns the lower 32 bits.
 */
const rotated = (upper: number, lower: number, bits: number): number => (upper >>> bits) | (lower << (32 - bits));

/*
 * Words are added in three steps: the sums of their lowest 16 bits, of the next 16 bits and of their high 32 bits, each
 * with what is carried over from the step before. All of these sums are whole numbers of 32 bits. A sum of two halves of
 * 32 bits is not, so engines compute it as a floating-point number: JavaScriptCore, the engine of WebKit, is then 50
 * times slower.
 */
const lowest = 0xffff;

/** Returns the low 32 bits of a sum of words. `sum0` is the sum of the lowest 16 bits, and `sum1` that of the next 16. */
const joined = (sum1: number, sum0: number): number => (sum1 << 16) | (sum0 & lowest);

/** Adds a word to a word of the state. */
function add({ high, low }: Words, i: number, wordHigh: number, wordLow: number): void {
  const before = low[i] ?? 0;
  const sum0 = (before & lowest) + (wordLow & lowest);
  const sum1 = (before >>> 16) + (wordLow >>> 16) + (sum0 >>> 16);
  high[i] = (high[i] ?? 0) + wordHigh + (sum1 >>> 16);
  low[i] = joined(sum1, sum0);
}

/**
 * Hashes the block of 128 bytes that starts at `at` in `view` (FIPS 180-4, section 6.4.2). `state` contains the eight
 * words that the standard calls a to h, and `k` contains the constants of the rounds.
 *
 * Each word is two local variables, and not an element of an array or an object, so that it stays in a register.
 */
function compressBlock(state: Words, view: DataView, at: number, k: Words): void {
  const { high, low } = state;
  const { high: wh, low: wl } = schedule;
  const { high: kh, low: kl } = k;
  for (let i = 0; i < 16; i++) {
    wh[i] = view.getInt32(at + 8 * i);
    wl[i] = view.getInt32(at + 8 * i + 4);
  }
  for (let i = 16; i < 80; i++) {
    const xh = wh[i - 15] ?? 0;
    const xl = wl[i - 15] ?? 0;
    const yh = wh[i - 2] ?? 0;
    const yl = wl[i - 2] ?? 0;
    const small0High = rotated(xh, xl, 1) ^ rotated(xh, xl, 8) ^ (xh >>> 7);
    const small0Low = rotated(xl, xh, 1) ^ rotated(xl, xh, 8) ^ rotated(xl, xh, 7);
    const small1High = rotated(yh, yl, 19) ^ rotated(yl, yh, 29) ^ (yh >>> 6);
    const small1Low = rotated(yl, yh, 19) ^ rotated(yh, yl, 29) ^ rotated(yl, yh, 6);
    const vl = wl[i - 16] ?? 0;
    const ul = wl[i - 7] ?? 0;
    const sum0 = (vl & lowest) + (ul & lowest) + (small0Low & lowest) + (small1Low & lowest);
    const sum1 = (vl >>> 16) + (ul >>> 16) + (small0Low >>> 16) + (small1Low >>> 16) + (sum0 >>> 16);
    const upper = ((wh[i - 16] ?? 0) + (wh[i - 7] ?? 0)) | 0;
    wh[i] = ((upper + small0High) | 0) + ((small1High + (sum1 >>> 16)) | 0);
    wl[i] = joined(sum1, sum0);
  }

  let ah = high[0] ?? 0;
  let al = low[0] ?? 0;
  let bh = high[1] ?? 0;
  let bl = low[1] ?? 0;
  let ch = high[2] ?? 0;
  let cl = low[2] ?? 0;
  let dh = high[3] ?? 0;
  let dl = low[3] ?? 0;
  let eh = high[4] ?? 0;
  let el = low[4] ?? 0;
  let fh = high[5] ?? 0;
  let fl = low[5] ?? 0;
  let gh = high[6] ?? 0;
  let gl = low[6] ?? 0;
  let hh = high[7] ?? 0;
  let hl = low[7] ?? 0;
  for (let i = 0; i < 80; i++) {
    const sum1High = rotated(eh, el, 14) ^ rotated(eh, el, 18) ^ rotated(el, eh, 9);
    const sum1Low = rotated(el, eh, 14) ^ rotated(el, eh, 18) ^ rotated(eh, el, 9);
    const choiceHigh = gh ^ (eh & (fh ^ gh));
    const choiceLow = gl ^ (el & (fl ^ gl));
    const kw = ((kh[i] ?? 0) + (wh[i] ?? 0)) | 0;
    const k0 = kl[i] ?? 0;
    const w0 = wl[i] ?? 0;
    const t0 = (hl & lowest) + (sum1Low & lowest) + (choiceLow & lowest) + (k0 & lowest) + (w0 & lowest);
    const t1 = (hl >>> 16) + (sum1Low >>> 16) + (choiceLow >>> 16) + (k0 >>> 16) + (w0 >>> 16) + (t0 >>> 16);
    const th = (((((hh + sum1High) | 0) + choiceHigh) | 0) + ((kw + (t1 >>> 16)) | 0)) | 0;
    const tl = joined(t1, t0);
    const sum0High = rotated(ah, al, 28) ^ rotated(al, ah, 2) ^ rotated(al, ah, 7);
    const sum0Low = rotated(al, ah, 28) ^ rotated(ah, al, 2) ^ rotated(ah, al, 7);
    const majorityHigh = (ah & bh) ^ (ch & (ah ^ bh));
    const majorityLow = (al & bl) ^ (cl & (al ^ bl));
    const e0 = (dl & lowest) + (tl & lowest);
    const e1 = (dl >>> 16) + (tl >>> 16) + (e0 >>> 16);
    const a0 = (tl & lowest) + (sum0Low & lowest) + (majorityLow & lowest);
    const a1 = (tl >>> 16) + (sum0Low >>> 16) + (majorityLow >>> 16) + (a0 >>> 16);
    hh = gh;
    hl = gl;
    gh = fh;
    gl = fl;
    fh = eh;
    fl = el;
    eh = (((dh + th) | 0) + (e1 >>> 16)) | 0;
    el = joined(e1, e0);
    dh = ch;
    dl = cl;
    ch = bh;
    cl = bl;
    bh = ah;
    bl = al;
    ah = (((th + sum0High) | 0) + ((majorityHigh + (a1 >>> 16)) | 0)) | 0;
    al = joined(a1, a0);
  }
  add(state, 0, ah, al);
  add(state, 1, bh, bl);
  add(state, 2, ch, cl);
  add(state, 3, dh, dl);
  add(state, 4, eh, el);
  add(state, 5, fh, fl);
  add(state, 6, gh, gl);
  add(state, 7, hh, hl);
}
