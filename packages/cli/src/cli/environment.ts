import { nearestWord } from '@coracle/registry/core';
import { type AccessOptions, accessFromEnv, accessSettings } from '@coracle/registry/fetch-handler';
import { type Flag, flags, variableOf } from './flags.ts';
import { pullFlags, pushFlags } from './transfer-flags.ts';
import { UsageError } from './usage-error.ts';
import { switchOf } from './values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Changes the setting of a flag to the value of its environment variable. An empty variable counts as not set.
 * @returns the name of the variable that was used, or undefined if the variable is not set
 * @throws UsageError if the value of the variable is invalid
 */
export function setFromEnvironment<S>(flag: Flag<S>, environment: Environment, settings: S): string | undefined {
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

const prefix = 'CORACLE_';
const credentials: readonly string[] = accessSettings.map((name) => `${prefix}${name}`);

/**
 * Reads who may use a closed registry.
 * @throws UsageError if the environment has no credentials, or if they are invalid. The text also names the variables
 * that seem to be misspelt credentials
 */
export function closedAccess(environment: Environment): AccessOptions {
  try {
    return accessFromEnv(environment, { prefix });
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const misspelt = unknownNames(environment).filter((name) => credentials.includes(nearestVariable(name) ?? ''));
    throw new UsageError([sentence, ...misspelt.map(unknownWarning)].join('; '));
  }
}

/** Returns a warning for each variable with credentials that has no effect, because access is open. */
export const unusedCredentials = (environment: Environment): string[] =>
  credentials
    .filter((name) => environment[name])
    .map((name) => `the variable ${name} is ignored, because access is open: add --access closed`);

/**
 * Returns a warning for each environment variable that begins with `CORACLE_` and is unknown. Such a variable is not an
 * error, because other programs may use the prefix too.
 */
export const unknownVariables = (environment: Environment): string[] => unknownNames(environment).map(unknownWarning);

const known: readonly string[] = [...[...flags, ...pushFlags, ...pullFlags].map(variableOf), ...credentials];

const unknownNames = (environment: Environment): string[] =>
  Object.keys(environment).filter((name) => name.startsWith(prefix) && !known.includes(name));

function unknownWarning(name: string): string {
  const nearest = nearestVariable(name);
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `the variable ${name} is ignored, because coracle has no such setting${hint}`;
}

/** Returns the known variable that is most similar to an unknown variable. */
function nearestVariable(name: string): string | undefined {
  const withoutPrefix = (variable: string) => variable.slice(prefix.length);
  const nearest = nearestWord(withoutPrefix(name), known.map(withoutPrefix));
  return nearest === undefined ? undefined : `${prefix}${nearest}`;
}
