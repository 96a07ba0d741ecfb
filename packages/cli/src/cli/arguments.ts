import { parseArgs } from 'node:util';
import { nearestWord } from '@coracle/registry/core';
import { readServeOptions, type ServeOptions } from '../serve/options.ts';
import {
  closedAccess,
  type Environment,
  setFromEnvironment,
  unknownVariables,
  unusedCredentials,
} from './environment.ts';
import { type Flag, flagOf, flags, type Settings } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** The words that can follow `coracle` on the command line. */
export const commandNames = ['serve', 'help'] as const;
export type CommandName = (typeof commandNames)[number];

/** The result of reading a command line: the command to run, with its options. */
export type Command =
  | { readonly name: 'help'; readonly about: CommandName | undefined }
  | { readonly name: 'version' }
  | {
      readonly name: 'serve';
      readonly options: ServeOptions;
      readonly log: 'text' | 'json';
      readonly quiet: boolean;
      /** Warnings to print at the start of the server, for example about an unknown variable `CORACLE_…`. */
      readonly warnings: readonly string[];
    };

/** The flags that every command of `coracle` accepts: `--help` and `--version`. */
const everywhere = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } } as const;

/** The values that the command line gives to each flag, by the name of the flag without `--`. */
type Values = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the command line and the environment of the command `coracle`.
 * @throws UsageError if a command or flag is unknown, or if a value is invalid
 */
export function readCommand(args: readonly string[], environment: Environment): Command {
  const { positionals, values } = readFlags(args);
  if (values.has('version')) return { name: 'version' };
  if (args.length === 0) return { name: 'help', about: undefined };
  const [written, ...others] = positionals;
  const command = written === undefined ? undefined : commandOf(written);
  if (values.has('help')) return { name: 'help', about: command };
  if (command === undefined) throw new UsageError("a command is missing: write 'coracle serve'");
  if (command === 'help') {
    const [about, ...more] = others;
    refuseWords(more, `help ${about}`);
    return { name: 'help', about: about === undefined ? undefined : commandOf(about) };
  }
  refuseWords(others, command);
  const { log, quiet, options } = readSettings(values, environment);
  const unused = options.access === undefined ? unusedCredentials(environment) : [];
  return { name: 'serve', options, log, quiet, warnings: [...unknownVariables(environment), ...unused] };
}

function commandOf(written: string): CommandName {
  const command = commandNames.find((name) => name === written);
  if (command !== undefined) return command;
  const words = [...commandNames, ...Object.keys(everywhere).map((name) => `--${name}`)];
  const nearest = nearestWord(written, words);
  throw new UsageError(
    `there is no command '${written}'${nearest === undefined ? ', only serve and help' : `; did you mean '${nearest}'?`}`,
  );
}

function refuseWords(words: readonly string[], after: string): void {
  const [first] = words;
  if (first === undefined) return;
  const isPort = after === 'serve' && /^\d+$/.test(first);
  const advice = isPort ? `for a port, write --port ${first}` : `remove '${words.join(' ')}'`;
  throw new UsageError(`'coracle ${after}' takes no further arguments: ${advice}`);
}

/**
 * Splits a command line into the words without a flag (`positionals`) and the values of the flags.
 *
 * The strict mode of parseArgs is off, because its error texts do not fit this command.
 * @throws UsageError if a flag is unknown, lacks its value, or is a switch with a value
 */
function readFlags(args: readonly string[]): { positionals: string[]; values: Values } {
  const options = Object.fromEntries(
    flags.map(({ name, kind }) => [name, { type: kind === 'switch' ? 'boolean' : 'string' }] as const),
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
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const isSwitch = Object.hasOwn(everywhere, name) || flagNamed(name, rawName).kind === 'switch';
    if (isSwitch) {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value: remove '${value}'`);
    } else if (value === undefined || value === '' || (!inlineValue && value.startsWith('-'))) {
      throw new UsageError(`${rawName} needs a value: write it after ${rawName}`);
    }
    values.set(name, [...(values.get(name) ?? []), value ?? '']);
  }
  return { positionals, values };
}

function flagNamed(name: string, written: string): Flag {
  const flag = flags.find((it) => it.name === name);
  if (flag) return flag;
  if (name.length === 1) throw new UsageError(`there is no option ${written}; options have long names, such as --port`);
  const nearest = nearestWord(name, [...flags.map(({ name }) => name), ...Object.keys(everywhere)]);
  throw new UsageError(`there is no option ${written}${nearest === undefined ? '' : `; did you mean --${nearest}?`}`);
}

/**
 * Reads the settings of `coracle serve` from flags and variables. If a flag and a variable set the same option, the
 * value of the flag is used.
 */
function readSettings(
  values: Values,
  environment: Environment,
): { readonly log: 'text' | 'json'; readonly quiet: boolean; readonly options: ServeOptions } {
  const settings: Settings = {};
  const sources = new Map<string, string>();
  for (const flag of flags) {
    const texts = values.get(flag.name);
    const source = texts ? `--${flag.name}` : setFromEnvironment(flag, environment, settings);
    if (texts) setFromFlag(flag, texts, settings);
    if (source !== undefined && flag.option !== undefined) sources.set(flag.option, source);
  }
  const { log = 'text', quiet = false, closed = false, ...more } = settings;
  const options = { ...more, ...(closed ? { access: closedAccess(environment) } : {}) } as ServeOptions;
  try {
    // The server says which value is invalid, before anything is opened.
    readServeOptions(options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(inWordsOfTheUser(error.message, sources));
  }
  return { log, quiet, options };
}

function setFromFlag(flag: Flag, texts: readonly string[], settings: Settings): void {
  if (flag.kind === 'switch') flag.set(settings, true);
  else if (flag.kind === 'list') flag.set(settings, texts);
  else flag.set(settings, { text: texts.at(-1) ?? '', source: `--${flag.name}` });
}

/**
 * Returns an error text of `serve()` with the names of its options replaced by the flags or variables that the user
 * wrote: "port must be …" becomes "--port must be …". Only the first word and names such as `tls.key` are replaced,
 * because any other word may be ordinary English.
 */
function inWordsOfTheUser(sentence: string, sources: ReadonlyMap<string, string>): string {
  const nameOf = (option: string) => sources.get(option) ?? flagOf(option);
  return sentence.replace(/^[\w.]+|\btls\.\w+/g, nameOf);
}
