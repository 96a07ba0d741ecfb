import { parseArgs } from 'node:util';
import { nearestWord } from '@coracle/registry/core';
import { type Environment, setFromEnvironment } from './environment.ts';
import type { Flag } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** The flags that every command of `coracle` accepts: `--help` and `--version`. */
export const everywhere = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** The values that the command line gives to each flag, by the name of the flag without `--`. */
export type Values = ReadonlyMap<string, readonly string[]>;

type Row = Pick<Flag<never>, 'name' | 'kind'>;

/** The words of a command line without a flag, and the values of the flags. */
export interface ReadFlags {
  readonly positionals: readonly string[];
  readonly values: Values;
  /**
   * Checks that a command has all flags that were written.
   * @throws UsageError if it does not have one of them
   */
  readonly check: (command: string) => void;
}

/**
 * Splits a command line into words and flags. `tables` are the flags of each command. The same flag of two commands has
 * the same kind.
 *
 * The strict mode of parseArgs is off, because its error texts do not fit this command.
 * @throws UsageError if a flag is unknown, lacks its value, or is a switch with a value
 */
export function readFlags(args: readonly string[], tables: Readonly<Record<string, readonly Row[]>>): ReadFlags {
  const rows = Object.values(tables).flat();
  const options = Object.fromEntries(
    rows.map(({ name, kind }) => [name, { type: kind === 'switch' ? 'boolean' : 'string' }] as const),
  );
  const known: Parameters<typeof parseArgs>[0] = { options: { ...options, ...everywhere } };
  const { tokens, positionals } = parseArgs({
    ...known,
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const written = new Map<string, string>();
  const [first = ''] = positionals;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const isSwitch =
      Object.hasOwn(everywhere, name) || flagNamed(name, rawName, tables[first] ?? rows, rows).kind === 'switch';
    if (isSwitch) {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value: remove '${value}'`);
    } else if (value === undefined || value === '' || (!inlineValue && value.startsWith('-'))) {
      throw new UsageError(`${rawName} needs a value: write it after ${rawName}`);
    }
    values.set(name, [...(values.get(name) ?? []), value ?? '']);
    written.set(name, rawName);
  }
  const check = (command: string) => {
    for (const [name, rawName] of written) {
      if (Object.hasOwn(everywhere, name) || tables[command]?.some((row) => row.name === name) !== false) continue;
      const others = Object.keys(tables).filter((other) => tables[other]?.some((row) => row.name === name));
      throw new UsageError(`'coracle ${command}' has no option ${rawName}; it is an option of ${others.join(' and ')}`);
    }
  };
  return { positionals, values, check };
}

function flagNamed(name: string, written: string, likely: readonly Row[], rows: readonly Row[]): Row {
  const flag = rows.find((it) => it.name === name);
  if (flag) return flag;
  if (name.length === 1) throw new UsageError(`there is no option ${written}; options have long names, such as --port`);
  const nearest = nearestWord(name, [...likely.map(({ name }) => name), ...Object.keys(everywhere)]);
  throw new UsageError(`there is no option ${written}${nearest === undefined ? '' : `; did you mean --${nearest}?`}`);
}

/**
 * Changes the setting of a flag to its value on the command line, or else in the environment.
 * @returns the flag or the variable that gave the value; undefined if neither was given
 */
export function setFlag<S>(flag: Flag<S>, values: Values, environment: Environment, settings: S): string | undefined {
  const texts = values.get(flag.name);
  if (!texts) return setFromEnvironment(flag, environment, settings);
  const source = `--${flag.name}`;
  if (flag.kind === 'switch') flag.set(settings, true);
  else if (flag.kind === 'list') flag.set(settings, texts);
  else flag.set(settings, { text: texts.at(-1) ?? '', source });
  return source;
}
