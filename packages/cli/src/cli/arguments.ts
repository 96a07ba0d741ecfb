import { nearestWord } from '@coracle/registry/core';
import { readServeOptions, type ServeOptions } from '../serve/options.ts';
import { closedAccess, type Environment, unknownVariables, unusedCredentials } from './environment.ts';
import { flagOf, flags, type Settings } from './flags.ts';
import { everywhere, readFlags, setFlag, type Values } from './read-flags.ts';
import { readTransfer, type Transfer } from './transfer-arguments.ts';
import { pullFlags, pushFlags } from './transfer-flags.ts';
import { UsageError } from './usage-error.ts';

/** The words that can follow `coracle` on the command line. */
export const commandNames = ['serve', 'push', 'pull', 'help'] as const;
export type CommandName = (typeof commandNames)[number];

/** The result of reading a command line: the command to run, with its options. */
export type Command =
  | { readonly name: 'help'; readonly about: CommandName | undefined }
  | { readonly name: 'version' }
  | Transfer
  | {
      readonly name: 'serve';
      readonly options: ServeOptions;
      readonly log: 'text' | 'json';
      readonly quiet: boolean;
      /** Warnings to print at the start of the server, for example about an unknown variable `CORACLE_…`. */
      readonly warnings: readonly string[];
    };

/**
 * Reads the command line and the environment of the command `coracle`.
 * @throws UsageError if a command or flag is unknown, or if a value is invalid
 */
export function readCommand(args: readonly string[], environment: Environment): Command {
  const { positionals, values, check } = readFlags(args, { serve: flags, push: pushFlags, pull: pullFlags });
  if (values.has('version')) return { name: 'version' };
  if (args.length === 0) return { name: 'help', about: undefined };
  const [written, ...others] = positionals;
  const command = written === undefined ? undefined : commandOf(written);
  if (values.has('help')) return { name: 'help', about: command };
  if (command === undefined)
    throw new UsageError("a command is missing: write 'coracle serve', 'coracle push' or 'coracle pull'");
  check(command);
  if (command === 'help') {
    const [about, ...more] = others;
    refuseWords(more, `help ${about}`);
    return { name: 'help', about: about === undefined ? undefined : commandOf(about) };
  }
  if (command !== 'serve') return readTransfer(command, others, values, environment);
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
    `there is no command '${written}'${nearest === undefined ? ', only serve, push, pull and help' : `; did you mean '${nearest}'?`}`,
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
    const source = setFlag(flag, values, environment, settings);
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

/**
 * Returns an error text of `serve()` with the names of its options replaced by the flags or variables that the user
 * wrote: "port must be …" becomes "--port must be …". Only the first word and names such as `tls.key` are replaced,
 * because any other word may be ordinary English.
 */
function inWordsOfTheUser(sentence: string, sources: ReadonlyMap<string, string>): string {
  const nameOf = (option: string) => sources.get(option) ?? flagOf(option);
  return sentence.replace(/^[\w.]+|\btls\.\w+/g, nameOf);
}
