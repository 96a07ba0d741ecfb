import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A block of code in a README. */
export interface CodeBlock {
  /** The README, and the line at which the code begins. */
  readonly at: string;
  readonly language: string;
  readonly code: string;
  /** The declarations that the text around the block gives. A comment before the block has them: `<!-- given: … -->`. */
  readonly given: string;
}

const block = /(?:<!-- given: ((?:(?!-->)[\s\S])*)-->\n+)?^```(\w+)\n([\s\S]*?)^```$/gm;

/** Gives the blocks of code of all Markdown files of the repository. */
export function codeBlocks(): CodeBlock[] {
  const files = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return files.flatMap((file) => {
    const text = readFileSync(`${root}/${file}`, 'utf8');
    return [...text.matchAll(block)].map(({ 0: whole, 1: given = '', 2: language = '', 3: code = '', index }) => {
      const start = index + whole.indexOf('```');
      return { at: `${file}:${text.slice(0, start).split('\n').length + 1}`, language, code, given };
    });
  });
}
