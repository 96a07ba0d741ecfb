// Draws docstrings, error texts and sentences of READMEs, for somebody who has not seen the code to read:
// node scripts/draw-sentences.mjs <seed> [count]. The same seed draws the same ones.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { root } from './tools.mjs';

const [seed = '1', count = '60'] = process.argv.slice(2);

const filesLike = (...patterns) =>
  execFileSync('git', ['ls-files', ...patterns], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && !/\.test\.ts$|\/generated\/|CHANGELOG/.test(file));
const textOf = (file) => readFileSync(new URL(file, `file://${root}`), 'utf8');
const inLine = (text) => text.replace(/\s+/g, ' ').trim();

const docstrings = filesLike('packages/*/src/**/*.ts').flatMap((file) =>
  [...textOf(file).matchAll(/\/\*\*([\s\S]*?)\*\/\n([^\n]*)/g)].map(([, comment, next]) => ({
    kind: 'docstring',
    at: file,
    text: `${inLine(comment.replace(/^\s*\* ?/gm, ''))}   [of: ${inLine(next).slice(0, 80)}]`,
  })),
);

const errors = filesLike('packages/*/src/**/*.ts').flatMap((file) =>
  [...textOf(file).matchAll(/(?:Error\(|demand\([^`']*|[a-z]\()\s*(`[^`]{30,}`|'[^'\n]{30,}'|"[^"\n]{30,}")/g)]
    .map(([, literal]) => inLine(literal.slice(1, -1)))
    .filter((text) => /^[A-Z`$'].* .* /.test(text))
    .map((text) => ({ kind: 'error text', at: file, text })),
);

const sentences = filesLike('*.md').flatMap((file) =>
  textOf(file)
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .split(/\n\s*\n|\n(?=[|\-#])|\|/)
    .flatMap((paragraph) => inLine(paragraph).split(/(?<=[.!?])\s+(?=[A-Z`])/))
    .filter((sentence) => sentence.split(' ').length > 5)
    .map((text) => ({ kind: 'README', at: file, text })),
);

/** Mulberry32: the draw has to be the same on every machine. */
function randomOf(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = randomOf(Number(seed));
const each = Math.ceil(Number(count) / 3);
const drawn = [docstrings, errors, sentences].flatMap((pool) => {
  const left = [...pool];
  return Array.from(
    { length: Math.min(each, left.length) },
    () => left.splice(Math.floor(random() * left.length), 1)[0],
  );
});
for (const [i, { kind, at, text }] of drawn.entries()) console.log(`${i + 1}. (${kind}, ${at}) ${text}`);
