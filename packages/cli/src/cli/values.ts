import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/**
 * A value from the command line or the environment. `source` is the name of the flag or variable that gave the value,
 * for error texts.
 */
export interface Given {
  readonly text: string;
  readonly source: string;
}

export function portOf({ text, source }: Given): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`${source} must be a number from 0 to 65535, not '${text}'`);
  return port;
}

export function countOf({ text, source }: Given): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new UsageError(`${source} must be a whole number above 0, not '${text}'`);
  return count;
}

const units: Readonly<Record<string, number>> = {
  ...{ '': 1, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 },
  ...{ kb: 1000, mb: 1000 ** 2, gb: 1000 ** 3 },
};

export function sizeOf({ text, source }: Given): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})(|[KMG]i?B)$/i.exec(text) ?? [];
  const bytes = Number(digits) * (units[unit.toLowerCase()] ?? 0);
  if (!(bytes > 0)) throw new UsageError(`${source} must be a size such as 256MiB, not '${text}'`);
  return bytes;
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export function durationOf({ text, source }: Given): number {
  if (text === '0') return 0;
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`${source} must be a duration such as 30m, 1h or 0, not '${text}'`);
  return Number(digits) * (seconds[unit] ?? 0) * 1000;
}

export function choiceOf<T extends string>({ text, source }: Given, choices: readonly T[]): T {
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) throw new UsageError(`${source} must be ${choices.join(' or ')}, not '${text}'`);
  return chosen;
}

const yes: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'on']);
const no: ReadonlySet<string> = new Set(['0', 'false', 'no', 'off']);

export function switchOf({ text, source }: Given): boolean {
  const word = text.toLowerCase();
  if (!yes.has(word) && !no.has(word)) throw new UsageError(`${source} must be true or false, not '${text}'`);
  return yes.has(word);
}

export function fileOf({ text, source }: Given): string {
  try {
    return readFileSync(text, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'which does not exist'
        : code === 'EACCES'
          ? 'which this user cannot read'
          : `which cannot be read (${message})`;
    throw new UsageError(`${source} must be the path of a readable file, not '${text}', ${why}`);
  }
}
