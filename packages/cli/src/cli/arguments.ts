import { parseArgs } from 'node:util';
import { createRegistry, type RegistryOptions } from '@coracle/registry';
import { isHostRule } from '../serve/hosts.ts';
import type { ServeOptions } from '../serve.ts';

/** The command of a command line, with its options. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | {
      readonly name: 'serve';
      readonly port: number;
      readonly host: string;
      readonly quiet: boolean;
      /** The folder that keeps everything; undefined if it is kept in memory. */
      readonly data: string | undefined;
      readonly registry: RegistryOptions;
      /** The options of the server, as `serve` has them. */
      readonly server: ServerOptions;
    };

/** The options of the server, besides those of the registry. */
export type ServerOptions = Pick<ServeOptions, 'allowHosts' | 'collect' | 'maxConnections'>;

/** The error of an invalid command line. The message is a sentence for the user. */
export class UsageError extends Error {}

const flags = {
  port: { type: 'string' },
  host: { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  'cors-origin': { type: 'string', multiple: true },
  'max-connections': { type: 'string' },
  'max-buffered-bytes': { type: 'string' },
  'collect-every': { type: 'string' },
  'collect-grace': { type: 'string' },
  data: { type: 'string' },
  endpoint: { type: 'string' },
  'account-id': { type: 'string' },
  region: { type: 'string' },
  alias: { type: 'string' },
  'create-on-push': { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type Flag = keyof typeof flags;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a command line.
 * @throws UsageError if a command or flag is unknown, or a value is invalid
 */
export function readCommand(args: readonly string[], environment: Environment): Command {
  const { positionals, values } = readFlags(args);
  if (values.version) return { name: 'version' };
  if (values.help || (positionals.length === 0 && args.length === 0)) return { name: 'help' };
  const [command, ...others] = positionals;
  if (command !== 'serve') {
    throw new UsageError(
      command === undefined
        ? "a command is missing: write 'coracle serve'"
        : `there is no command '${command}', only 'serve'`,
    );
  }
  if (others.length > 0) throw new UsageError(`'${others.join(' ')}' is one word too many after 'serve'`);
  return {
    name: 'serve',
    port: readPort(values, environment),
    // It is not read from HOST, which shells and images set for other purposes: a server would leave the loopback
    // address silently.
    host: values.host ?? (environment['CORACLE_HOST'] || '127.0.0.1'),
    quiet: values.quiet ?? false,
    data: values.data,
    registry: readRegistry(values),
    server: readServer(values),
  };
}

interface Values
  extends Partial<Record<Exclude<Flag, Switch | Repeated>, string>>,
    Partial<Record<Repeated, string[]>>,
    Partial<Record<Switch, boolean>> {}

type Repeated = 'allow-host' | 'cors-origin';
type Switch = 'create-on-push' | 'quiet' | 'help' | 'version';

/** Reads flags without the strict mode of parseArgs, whose errors speak of `--` and of placing things at the end. */
function readFlags(args: readonly string[]): { positionals: string[]; values: Values } {
  const { tokens, positionals, values } = parseArgs({
    args: [...args],
    options: flags,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!isFlag(name)) throw new UsageError(`there is no option ${rawName}`);
    if (flags[name].type === 'boolean') {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    } else if (value === undefined || value === '' || (!inlineValue && value.startsWith('-'))) {
      throw new UsageError(`${rawName} needs a value`);
    }
  }
  return { positionals, values: values as Values };
}

const isFlag = (name: string): name is Flag => Object.hasOwn(flags, name);

function readPort(values: Values, environment: Environment): number {
  const [from, text] = values.port === undefined ? ['PORT', environment['PORT'] || '4747'] : ['--port', values.port];
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`${from} must be a number from 0 to 65535, not '${text}'`);
  return port;
}

function readServer(values: Values): ServerOptions {
  const { 'allow-host': allowHosts, 'max-connections': connections } = values;
  const { 'collect-every': every, 'collect-grace': grace } = values;
  const wrong = allowHosts?.find((host) => !isHostRule(host));
  if (wrong !== undefined) {
    throw new UsageError(
      `--allow-host must be a name such as registry.example.com, *.example.com or *, not '${wrong}'`,
    );
  }
  const collect = {
    ...(every === undefined ? {} : { every: readDuration('--collect-every', every) }),
    ...(grace === undefined ? {} : { grace: readDuration('--collect-grace', grace) }),
  };
  return {
    ...(allowHosts === undefined ? {} : { allowHosts }),
    ...(connections === undefined ? {} : { maxConnections: readCount('--max-connections', connections) }),
    ...(Object.keys(collect).length === 0 ? {} : { collect }),
  };
}

function readCount(flag: string, text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new UsageError(`${flag} must be a whole number above 0, not '${text}'`);
  return count;
}

const units: Readonly<Record<string, number>> = { '': 1, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 };

function readSize(flag: string, text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})(|KiB|MiB|GiB)$/i.exec(text) ?? [];
  const bytes = Number(digits) * (units[unit.toLowerCase()] ?? 0);
  if (!(bytes > 0)) throw new UsageError(`${flag} must be a size such as 256MiB, not '${text}'`);
  return bytes;
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function readDuration(flag: string, text: string): number {
  if (text === '0') return 0;
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`${flag} must be a duration such as 30m, 1h or 0, not '${text}'`);
  return Number(digits) * (seconds[unit] ?? 0) * 1000;
}

/** The registry's own options, by the flags that set them. */
const flagOf: Readonly<Record<string, Flag>> = {
  accountId: 'account-id',
  region: 'region',
  registryAlias: 'alias',
  endpoint: 'endpoint',
  'cors.origins': 'cors-origin',
  maxBufferedBytes: 'max-buffered-bytes',
};

function readRegistry(values: Values): RegistryOptions {
  const { endpoint, region, alias, 'account-id': accountId, 'create-on-push': createOnPush } = values;
  const { 'cors-origin': origins, 'max-buffered-bytes': bytes } = values;
  const options: RegistryOptions = {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(region === undefined ? {} : { region }),
    ...(alias === undefined ? {} : { registryAlias: alias }),
    ...(createOnPush === undefined ? {} : { createOnPush }),
    ...(origins === undefined ? {} : { cors: { origins: origins.includes('*') ? '*' : origins } }),
    ...(bytes === undefined ? {} : { maxBufferedBytes: readSize('--max-buffered-bytes', bytes) }),
  };
  try {
    // The registry says which value is invalid, before anything is opened.
    createRegistry(options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message.replace(/^[\w.]+/, (option) => `--${flagOf[option] ?? option}`));
  }
  return options;
}
