import { nearestWord } from '@coracle/registry/core';
import { type Flag, flags, type Settings, variableOf } from './flags.ts';
import { switchOf } from './values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Sets what the variable of a flag says. An empty variable counts as not set.
 * @returns the variable; undefined if none is set
 * @throws UsageError if the value is invalid
 */
export function setFromEnvironment(flag: Flag, environment: Environment, settings: Settings): string | undefined {
  const names = [variableOf(flag), ...(flag.kind === 'single' && flag.otherVariable ? [flag.otherVariable] : [])];
  const source = names.find((name) => environment[name]);
  const text = environment[source ?? ''] ?? '';
  if (source === undefined) return undefined;
  if (flag.kind === 'switch') flag.set(settings, switchOf({ text, source }));
  else if (flag.kind === 'single') flag.set(settings, { text, source });
  else flag.set(settings, partsOf(text));
  return source;
}

const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/**
 * Gives a warning for each variable that begins with `CORACLE_` and is unknown. It is not an error, because others may
 * use the prefix too.
 */
export function unknownVariables(environment: Environment): string[] {
  const known = flags.map(variableOf);
  return Object.keys(environment)
    .filter((name) => name.startsWith('CORACLE_') && !known.includes(name))
    .map((name) => {
      const nearest = nearestWord(
        name.slice('CORACLE_'.length),
        flags.map(({ name }) => name.replaceAll('-', '_')),
      );
      const hint = nearest === undefined ? '' : `; did you mean CORACLE_${nearest.toUpperCase()}?`;
      return `the variable ${name} is ignored, because coracle has no such setting${hint}`;
    });
}
