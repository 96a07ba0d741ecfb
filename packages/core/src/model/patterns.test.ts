import { describe, expect, it } from 'vitest';
import ecr from '../../model/ecr.json';
import ecrPublic from '../../model/ecr-public.json';
import { matches } from './patterns.ts';

interface Limited {
  readonly type: string;
  readonly pattern?: string;
  readonly max?: number;
}

const models: Record<string, { readonly shapes: Readonly<Record<string, Limited>> }> = { ecrPublic, ecr };
const shapes = Object.values(models).flatMap((model) => Object.values(model.shapes));

/** The longest text that each pattern is asked about. */
const longest = new Map<string, number>();
for (const { pattern, max = 20_000 } of shapes) {
  if (pattern) longest.set(pattern, Math.max(max, longest.get(pattern) ?? 0));
}

/** Runs that can be cut up in many ways, behind a start that gets to them, before an end that never matches. */
const motifs = [
  'a',
  '0',
  '-',
  '_',
  '*',
  'a.',
  'a-',
  'a_',
  'a__',
  'a--',
  'a/',
  'a.a/',
  'aa/',
  'a---',
  '.a',
  '/',
  ':',
  'a:',
];
const starts = [
  '',
  'arn:aws',
  'arn:aws:secretsmanager:',
  'arn:aws:secretsmanager:a:secret:ecr-pullthroughcache/',
  'arn:aws:iam::123456789012:role/',
  'arn:aws:signer:a:123456789012:/signing-profiles/',
  'arn:aws:kms:a:123456789012:key/',
];

describe('patterns', () => {
  it.each([...longest])('%s is fast on hostile texts', (pattern, length) => {
    for (const start of starts) {
      for (const motif of motifs) {
        const text = `${start}${motif.repeat(length)}`.slice(0, length - 1);
        const before = performance.now();
        matches(pattern, `${text}!`);
        matches(pattern, `${text}\n`);
        expect(performance.now() - before, `${start}(${motif})*!`).toBeLessThan(1000);
      }
    }
  });

  it('must match the whole text', () => {
    expect(matches('[0-9]{12}', '123456789012')).toBe(true);
    expect(matches('[0-9]{12}', '1234567890123')).toBe(false);
    expect(matches('[0-9]{12}', '123456789012\n')).toBe(false);
    expect(matches('^$|a', 'a')).toBe(true);
    expect(matches('^$|a', 'ba')).toBe(false);
  });

  it('the safe form of the scanning filter matches what the printed one does', () => {
    const printed = '^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$';
    expect(longest.has(printed)).toBe(true);
    const expression = new RegExp(printed);
    const letters = ['a', '0', '*', '.', '_', '-', '/', '!'];
    let texts = [''];
    for (let length = 0; length <= 5; length++) {
      for (const text of texts) expect(matches(printed, text), text).toBe(expression.test(text));
      texts = texts.flatMap((text) => letters.map((letter) => text + letter));
    }
  });
});
