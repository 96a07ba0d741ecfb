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

/** The declaration that starts here, to its body or end: an editor shows as much at the hover. */
const declarationIn = (code) => inLine(code.slice(0, 400).split(/(?<=[;{}])\n|=>/)[0]).slice(0, 160);

/** The type, class or function around an indented member: a reader of the member has seen its name. */
function ownerOf(before, indentation) {
  if (indentation === '') return '';
  const owners = [
    ...before.matchAll(/^(?:export )?(?:default )?(?:abstract )?(?:interface|class|type|const|function) (\w+)/gm),
  ];
  return ` in ${owners.at(-1)?.[1] ?? 'this file'}`;
}

const docstrings = filesLike('packages/*/src/*.ts').flatMap((file) => {
  const text = textOf(file);
  return [...text.matchAll(/^([ \t]*)\/\*\*([\s\S]*?)\*\/\n/gm)].map((match) => {
    const declaration = declarationIn(text.slice(match.index + match[0].length));
    const said = inLine(match[2].replace(/^\s*\* ?/gm, ''));
    return {
      kind: 'docstring',
      at: file,
      text: `${said}   [of: ${declaration}${ownerOf(text.slice(0, match.index), match[1])}]`,
    };
  });
});

/** A text, also one that is written as several with `+` between them. */
const literal = /(?:`[^`]*`|'[^'\n]*'|"[^"\n]*")/.source;
const errorText = new RegExp(
  `(?:Error\\(|demand\\([^\`']*|[a-z]\\(|=> )\\s*(${literal}(?:\\s*\\+\\s*${literal})*)`,
  'g',
);

const errors = filesLike('packages/*/src/*.ts').flatMap((file) =>
  [...textOf(file).matchAll(errorText)]
    .map(([, text]) => inLine(text.slice(1, -1).replace(/['`"]\s*\+\s*['`"]/g, '')))
    .filter((text) => text.length >= 30 && /^[A-Z`$'].* .* /.test(text))
    // SQL and help are no errors. A template of values alone, such as a member of JSON, is not a sentence.
    .filter((text) => !/^(?:CREATE TABLE|INSERT)|\.filter\(/.test(text))
    .filter((text) => /[a-z]+ [a-z]+/i.test(text.replace(/\$\{[^}]*\}/g, '')))
    .map((text) => ({ kind: 'error text', at: file, text })),
);

/** The sentences of a paragraph, or a row of a table with its headings. */
function sentencesOf(paragraph, heading) {
  const rows = paragraph.split('\n').filter((line) => line.startsWith('|'));
  const cellsOf = (row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(inLine);
  if (rows.length > 2) {
    const names = cellsOf(rows[0]);
    return rows.slice(2).map((row) => {
      const cells = cellsOf(row).map((cell, i) => (names[i] ? `${names[i]}: ${cell}` : cell));
      return `${cells.join(' | ')}   [row of a table under: ${heading}]`;
    });
  }
  return paragraph
    .split(/\n(?=- |\d+\. )/)
    .flatMap((item) => inLine(item).split(/(?<=[.!?])\s+(?=[A-Z`])/))
    .filter((sentence) => sentence.split(' ').length > 5)
    .map((sentence) => `${sentence}   [under: ${heading}]`);
}

// The tables of the benchmarks are figures, not sentences.
const sentences = filesLike('*.md', ':!test/bench/RESULTS.md').flatMap((file) => {
  let heading = file;
  return textOf(file)
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .split(/\n\s*\n|\n(?=#)/)
    .flatMap((paragraph) => {
      const title = /^#+ (.*)/.exec(paragraph.trim());
      if (title !== null) heading = title[1];
      return title === null ? sentencesOf(paragraph.trim(), heading) : [];
    })
    .map((text) => ({ kind: 'README', at: file, text }));
});

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
