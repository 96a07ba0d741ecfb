// Writes src/digest/generated/sha256-compress.ts: the compression function of SHA-256 (FIPS 180-4, 6.2.2) with its 64
// rounds unrolled. Measured in V8, these make it fast: the 16 words of the schedule and the 8 of the state are locals,
// so that they live in registers; the state is rotated by renaming instead of moving; words are loaded through a
// DataView; every sum is cut to 32 bits at once; Σ1(e), which is ready last, is added last; and Maj takes over `a ^ b`
// from the round before as its `b ^ c`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = join(dirname(fileURLToPath(import.meta.url)), '../src/digest/generated/sha256-compress.ts');

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
function roundConstants() {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => {
    const root = Math.cbrt(prime);
    return ((root - Math.floor(root)) * 2 ** 32) | 0;
  });
}

const rotated = (word, bits) => `((${word} >>> ${bits}) | (${word} << ${32 - bits}))`;
const mixed = (word, ...bits) => bits.map((n) => rotated(word, n)).join(' ^ ');

function round(t, constant, [a, b, , d, e, f, g, h]) {
  const word = `w${t % 16}`;
  // x and y take turns: one is `a ^ b` of this round, the other that of the round before.
  const [now, before] = t % 2 === 0 ? ['x', 'y'] : ['y', 'x'];
  const lines = [];
  if (t < 16) {
    lines.push(`${word} = view.getInt32((at + ${4 * t}) | 0) | 0;`);
  } else {
    const [w1, w9, w14] = [1, 9, 14].map((back) => `w${(t + back) % 16}`);
    const small = `(${mixed(w1, 7, 18)} ^ (${w1} >>> 3))`;
    const large = `(${mixed(w14, 17, 19)} ^ (${w14} >>> 10))`;
    lines.push(`${word} = (((${word} + ${w9}) | 0) + ${small} | 0) + ${large} | 0;`);
  }
  const choice = `(${g} ^ (${e} & (${f} ^ ${g})))`;
  lines.push(`${h} = ((${h} + ((${word} + ${constant}) | 0) | 0) + ${choice} | 0) + (${mixed(e, 6, 11, 25)}) | 0;`);
  lines.push(`${d} = (${d} + ${h}) | 0;`);
  lines.push(`${now} = ${a} ^ ${b};`);
  lines.push(`${h} = (${h} + (${b} ^ (${now} & ${before})) | 0) + (${mixed(a, 2, 13, 22)}) | 0;`);
  return lines;
}

export function generated() {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const words = Array.from({ length: 16 }, (_, i) => `w${i} = 0`);
  let state = names;
  const rounds = roundConstants().flatMap((constant, t) => {
    const lines = round(t, constant, state);
    state = [state[7], ...state.slice(0, 7)];
    return lines;
  });
  return [
    '// Written by scripts/generate-sha256.mjs. Do not edit.',
    '',
    '/** Takes the blocks of 64 bytes from `at` up to `end` into the eight words of `state` (FIPS 180-4, 6.2.2). */',
    'export function compress(state: Int32Array, view: DataView, at: number, end: number): void {',
    ...names.map((name, i) => `  let ${name}0 = (state[${i}] ?? 0) | 0;`),
    `  let ${[...names, 'x', 'y'].map((name) => `${name} = 0`).join(', ')};`,
    `  let ${words.join(', ')};`,
    '  for (; at < end; at = (at + 64) | 0) {',
    ...names.map((name) => `    ${name} = ${name}0;`),
    '    y = b ^ c;',
    ...rounds.map((line) => `    ${line}`),
    ...names.map((name) => `    ${name}0 = (${name}0 + ${name}) | 0;`),
    '  }',
    ...names.map((name, i) => `  state[${i}] = ${name}0;`),
    '}',
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, generated());
  console.log(`wrote ${target}`);
}
