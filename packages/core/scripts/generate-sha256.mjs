// Writes src/digest/generated/sha256-compress.ts: the compression function of SHA-256 (FIPS 180-4, 6.2.2) with 16 of its
// 64 rounds unrolled, in a loop of four turns. Measured in V8, these make it fast: the 16 words of the schedule and the 8
// of the state are locals, so that they can live in registers; the state is rotated by renaming instead of moving, which
// 16 rounds bring back to where it began; words are loaded through a DataView; every sum is cut to 32 bits at once;
// Σ1(e), which is ready last, is added last; and Maj takes over `a ^ b` from the round before as its `b ^ c`.
//
// All 64 rounds unrolled would be four times as much for the compilers of the engines. Until these are done, which takes
// long on a busy machine, the function runs slowly: the first 8 MiB took 1.5 to 6 times as long in each engine. After
// that, it was up to a third faster in V8, no faster in Firefox, and half as fast in WebKit.
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

/** The round `t` of 16. */
function round(t, [a, b, , d, e, f, g, h]) {
  // x and y take turns: one is `a ^ b` of this round, the other that of the round before.
  const [now, before] = t % 2 === 0 ? ['x', 'y'] : ['y', 'x'];
  const choice = `(${g} ^ (${e} & (${f} ^ ${g})))`;
  return [
    `${h} = ((${h} + ((w${t} + (k[i + ${t}] ?? 0)) | 0) | 0) + ${choice} | 0) + (${mixed(e, 6, 11, 25)}) | 0;`,
    `${d} = (${d} + ${h}) | 0;`,
    `${now} = ${a} ^ ${b};`,
    `${h} = (${h} + (${b} ^ (${now} & ${before})) | 0) + (${mixed(a, 2, 13, 22)}) | 0;`,
  ];
}

/** Takes the word `t` of the schedule to that of 16 rounds later. */
function nextWord(t) {
  const [w1, w9, w14] = [1, 9, 14].map((further) => `w${(t + further) % 16}`);
  const small = `(${mixed(w1, 7, 18)} ^ (${w1} >>> 3))`;
  const large = `(${mixed(w14, 17, 19)} ^ (${w14} >>> 10))`;
  return `w${t} = (((w${t} + ${w9}) | 0) + ${small} | 0) + ${large} | 0;`;
}

export function generated() {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const sixteen = Array.from({ length: 16 }, (_, t) => t);
  let state = names;
  const rounds = sixteen.flatMap((t) => {
    const lines = round(t, state);
    state = [state[7], ...state.slice(0, 7)];
    return lines;
  });
  return [
    '// Written by scripts/generate-sha256.mjs. Do not edit.',
    '',
    `const k = Int32Array.of(${roundConstants().join(', ')});`,
    '',
    '/** Takes the blocks of 64 bytes from `at` up to `end` into the eight words of `state` (FIPS 180-4, 6.2.2). */',
    'export function compress(state: Int32Array, view: DataView, at: number, end: number): void {',
    ...names.map((name, i) => `  let ${name}0 = (state[${i}] ?? 0) | 0;`),
    `  let ${[...names, 'x', 'y'].map((name) => `${name} = 0`).join(', ')};`,
    '  for (; at < end; at = (at + 64) | 0) {',
    ...sixteen.map((t) => `    let w${t} = view.getInt32((at + ${4 * t}) | 0) | 0;`),
    ...names.map((name) => `    ${name} = ${name}0;`),
    '    y = b ^ c;',
    '    for (let i = 0; ; i = (i + 16) | 0) {',
    ...rounds.map((line) => `      ${line}`),
    '      if (i === 48) break;',
    ...sixteen.map((t) => `      ${nextWord(t)}`),
    '    }',
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
