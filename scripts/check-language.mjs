// Checks the READMEs, the comments and the titles of tests: each sentence begins with its subject, and words of a style
// that had to be read twice are gone. CONTRIBUTING.md has the rules.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { root } from './tools.mjs';

const files = execFileSync('git', ['ls-files', '*.md', '*.ts', '*.mts', '*.mjs'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !/(^|\/)generated\//.test(file) && !file.endsWith('RESULTS.md'));

/** Questions may begin so. */
const wrongStart = /^(?:What|Whoever|Whatever|Where|Wherever)\b[^?]*$/;

/** The rule itself names the words. */
const quotedRule = /\bWhat, Whoever or Where\b/g;

const wrongWords = [
  [/\bwhoever\b/i, 'name the person: the user, the caller'],
  [/\bthere is none\b/i, 'say what is missing: "the repository does not exist"'],
  [/\b(?:it|they) ha(?:s|ve) not\b(?! (?:yet|been|\w+e[dn])\b)/i, 'say what is missing'],
  [/\bcannot be meant\b/i, 'write "invalid"'],
  [/\bheld against\b/i, 'write "checked"'],
  [/\bcannot be had\b/i, 'write "is not available"'],
];

/** Returns the prose of a file, as blocks of text with the line of each. */
function blocksOf(file, text) {
  const others = file.endsWith('.md') ? paragraphs(text) : [...docstrings(text), ...titles(text)];
  return [...others, ...lineComments(text)];
}

const lineAt = (text, index) => text.slice(0, index).split('\n').length;

function* docstrings(text) {
  for (const { 0: comment, index } of text.matchAll(/(?<!['"`])\/\*\*[\s\S]*?\*\//g)) {
    const plain = comment.replace(/^\/\*\*|\*\/$/g, '').replace(/^\s*\* ?/gm, '');
    // Each tag begins a text of its own.
    for (const part of plain.split(/^\s*@\w+(?: \w+)?/m)) yield { line: lineAt(text, index), text: part };
  }
}

/** Neighbouring lines of comments are one text. */
function* lineComments(text) {
  for (const { 0: comment, index } of text.matchAll(/(?:^[ \t]*\/\/.*\n)+|(?<=\S[ \t]+)\/\/ .*/gm)) {
    yield { line: lineAt(text, index), text: comment.replace(/^\s*\/\/ ?/gm, '') };
  }
}

/** Titles of tests begin with a small letter. Only their beginning is checked. */
function* titles(text) {
  const calls = /(?:\b(?:it|test|describe)\b[^'"`\n]*|^\s*\].*\))\(\s*['"`](.*?)['"`]\s*,/gm;
  for (const { 1: title, index } of text.matchAll(calls)) {
    yield { line: lineAt(text, index), text: title.charAt(0).toUpperCase() + title.slice(1), isTitle: true };
  }
}

function* paragraphs(text) {
  const withoutCode = text.replace(/^```[\s\S]*?^```/gm, (code) => '\n'.repeat(code.split('\n').length - 1));
  let line = 1;
  for (const paragraph of withoutCode.split(/\n(?=\s*(?:\n|[-*#|>]|\d+\. ))/)) {
    // A cell of a table is a text of its own.
    for (const cell of paragraph.split('|')) yield { line, text: cell };
    line += paragraph.split('\n').length;
  }
}

const sentencesOf = (text) =>
  text
    .replace(/`[^`]*`/g, 'CODE')
    .replace(quotedRule, 'QUOTED')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^[\s#>*-]+|\*\*/gm, '')
    .replace(/\s+/g, ' ')
    .split(/(?<=[.!?:])\s+/)
    .map((sentence) => sentence.trim());

let found = 0;
for (const file of files) {
  const text = readFileSync(new URL(file, `file://${root}`), 'utf8');
  for (const { line, text: block, isTitle = false } of blocksOf(file, text)) {
    for (const sentence of sentencesOf(block)) {
      const problems = isTitle ? [] : wrongWords.filter(([word]) => word.test(sentence)).map(([, advice]) => advice);
      if (wrongStart.test(sentence)) problems.unshift('begin with the subject');
      for (const problem of problems) {
        console.error(`${file}:${line}: ${problem}: ${sentence.slice(0, 160)}`);
        found++;
      }
    }
  }
}
if (found > 0) {
  console.error(`Rewrite ${found} sentence(s) by the rules in CONTRIBUTING.md.`);
  process.exitCode = 1;
}
