import type { ServeOptions } from '../serve/options.ts';
import { choiceOf, countOf, durationOf, fileOf, type Given, portOf, sizeOf } from './values.ts';

type Changeable<T> = { -readonly [K in keyof T]?: T[K] };

/** The settings of `coracle serve` that its flags and environment variables change. */
export interface Settings extends Changeable<Omit<ServeOptions, 'access' | 'collect' | 'tls'>> {
  collect?: { every?: number; grace?: number };
  tls?: { cert?: string; key?: string };
  log?: 'text' | 'json';
  quiet?: boolean;
  /** Whether only callers with credentials may use the registry. The credentials are in the environment. */
  closed?: boolean;
}

/** The members that every flag has. */
interface Row {
  /**
   * The name of the flag after `--`, such as `max-connections`. The environment variable of that flag is
   * `CORACLE_MAX_CONNECTIONS`.
   */
  readonly name: string;
  readonly says: string;
  /** The default of the flag, as the help and the README show it; undefined if neither of them shows a default. */
  readonly byDefault?: string;
  /** The name of the option of `serve()` that the flag sets. Error texts of `serve()` begin with this name. */
  readonly option?: string;
}

/** A flag without a value, such as `--quiet`. */
export interface Switch<S = Settings> extends Row {
  readonly kind: 'switch';
  readonly set: (settings: S, isOn: boolean) => void;
}

/** A flag with one value, such as `--port PORT`. */
export interface Single<S = Settings> extends Row {
  readonly kind: 'single';
  /** The word in capitals that stands for the value of the flag in the help, such as `PORT`. */
  readonly takes: string;
  /** The name of a second environment variable, which is read if the variable `CORACLE_…` of the flag is not set. */
  readonly otherVariable?: string;
  readonly set: (settings: S, given: Given) => void;
}

/**
 * A flag that can be repeated, such as `--allow-host NAME`. In its environment variable, commas separate the values.
 */
export interface List<S = Settings> extends Row {
  readonly kind: 'list';
  readonly takes: string;
  readonly set: (settings: S, texts: readonly string[]) => void;
}

/** A flag of a command whose settings have the type `S`. */
export type Flag<S = Settings> = Switch<S> | Single<S> | List<S>;

/**
 * The flags of `coracle serve`. The code that reads the command line and the environment, the help, and the table in
 * the README all use this list.
 */
export const flags: readonly Flag[] = [
  {
    kind: 'single',
    name: 'port',
    takes: 'PORT',
    says: 'the port to listen on; with 0 the system chooses a free port',
    byDefault: '4747',
    option: 'port',
    otherVariable: 'PORT',
    set: (settings, given) => (settings.port = portOf(given)),
  },
  {
    kind: 'single',
    name: 'host',
    takes: 'HOST',
    says: 'the address or name of this machine to listen on',
    byDefault: '127.0.0.1',
    option: 'host',
    set: (settings, { text }) => (settings.host = text),
  },
  {
    kind: 'single',
    name: 'data',
    takes: 'DIR',
    says: 'the folder that keeps all data, even after kill -9; the server creates the folder if it does not exist',
    byDefault: 'only in memory, and lost when the server stops',
    option: 'data',
    set: (settings, { text }) => (settings.data = text),
  },
  {
    kind: 'single',
    name: 'access',
    takes: 'open|closed',
    says: 'whether everyone may use the registry, or only callers with the credentials that the environment names: CORACLE_USERNAME and CORACLE_PASSWORD, CORACLE_READONLY_USERNAME and CORACLE_READONLY_PASSWORD, CORACLE_AWS_ACCESS_KEY_ID and CORACLE_AWS_SECRET_ACCESS_KEY, CORACLE_JWT_REGISTRY_TOKENS_PUBLIC_KEY, or CORACLE_ANONYMOUS_PULL for pulls of public images',
    byDefault: 'open',
    option: 'access',
    set: (settings, given) => (settings.closed = choiceOf(given, ['open', 'closed']) === 'closed'),
  },
  {
    kind: 'single',
    name: 'tls-cert',
    takes: 'FILE',
    says: 'the file of the certificate in PEM form, followed by the certificates of its issuers; with this option the server uses HTTPS',
    byDefault: 'no certificate: the server speaks HTTP',
    option: 'tls.cert',
    set: (settings, given) => (settings.tls = { ...settings.tls, cert: fileOf(given) }),
  },
  {
    kind: 'single',
    name: 'tls-key',
    takes: 'FILE',
    says: 'the file of the private key of the certificate, in PEM form without a passphrase',
    byDefault: 'no key',
    option: 'tls.key',
    set: (settings, given) => (settings.tls = { ...settings.tls, key: fileOf(given) }),
  },
  {
    kind: 'single',
    name: 'endpoint',
    takes: 'URL',
    says: 'the origin at which clients reach the server, such as https://registry.example.com; each repositoryUri contains its host',
    byDefault: 'the address at which the server listens',
    option: 'endpoint',
    set: (settings, { text }) => (settings.endpoint = text),
  },
  {
    kind: 'single',
    name: 'account-id',
    takes: 'ID',
    says: 'the id of the AWS account that owns the registry, 12 digits',
    byDefault: '123456789012',
    option: 'accountId',
    set: (settings, { text }) => (settings.accountId = text),
  },
  {
    kind: 'single',
    name: 'region',
    takes: 'REGION',
    says: 'the AWS region of the private registry',
    byDefault: 'us-east-1',
    option: 'region',
    set: (settings, { text }) => (settings.region = text),
  },
  {
    kind: 'single',
    name: 'alias',
    takes: 'ALIAS',
    says: 'a custom alias of the public registry',
    byDefault: 'an alias that is computed from the account id',
    option: 'registryAlias',
    set: (settings, { text }) => (settings.registryAlias = text),
  },
  {
    kind: 'switch',
    name: 'create-on-push',
    says: 'create the repository if a push names a repository that does not exist',
    byDefault: 'off',
    option: 'createOnPush',
    set: (settings, isOn) => (settings.createOnPush = isOn),
  },
  {
    kind: 'single',
    name: 'quirks',
    takes: 'aws',
    says: 'answer requests under /v2/ as Amazon ECR does, even if this differs from the OCI specification',
    byDefault: 'answers follow the OCI specification',
    option: 'quirks',
    set: (settings, given) => (settings.quirks = choiceOf(given, ['aws'])),
  },
  {
    kind: 'list',
    name: 'allow-host',
    takes: 'NAME',
    says: 'a host name that requests may have in their Host header: a name, *.example.com, or * for every host',
    byDefault: 'IP addresses, names without a dot, and names that no public web page can have',
    option: 'allowHosts',
    set: (settings, names) => (settings.allowHosts = names),
  },
  {
    kind: 'list',
    name: 'cors-origin',
    takes: 'URL',
    says: 'an origin whose web pages may use the registry, such as http://localhost:5173, or * for every origin',
    byDefault: "only the registry's own origin",
    option: 'cors.origins',
    set: (settings, origins) => (settings.cors = { origins: origins.includes('*') ? '*' : origins }),
  },
  {
    kind: 'single',
    name: 'max-connections',
    takes: 'N',
    says: 'the maximum number of open connections',
    byDefault: '4000',
    option: 'maxConnections',
    set: (settings, given) => (settings.maxConnections = countOf(given)),
  },
  {
    kind: 'single',
    name: 'max-buffered-bytes',
    takes: 'SIZE',
    says: 'the maximum memory for the bodies of requests and answers in progress, such as 64MiB',
    byDefault: '256MiB',
    option: 'maxBufferedBytes',
    set: (settings, given) => (settings.maxBufferedBytes = sizeOf(given)),
  },
  {
    kind: 'single',
    name: 'collect-every',
    takes: 'TIME',
    says: 'the time between two garbage collections, such as 30m; 0 turns garbage collection off',
    byDefault: '1h',
    option: 'collect.every',
    set: (settings, given) => (settings.collect = { ...settings.collect, every: durationOf(given) }),
  },
  {
    kind: 'single',
    name: 'collect-grace',
    takes: 'TIME',
    says: 'the time that data stays after nothing refers to it any more, such as 30m; a layer that no image mentions stays for 24h, or for this time if it is longer',
    byDefault: '1h',
    option: 'collect.grace',
    set: (settings, given) => (settings.collect = { ...settings.collect, grace: durationOf(given) }),
  },
  {
    kind: 'single',
    name: 'log',
    takes: 'FORMAT',
    says: 'the format of the log: text, or json for one JSON object a line',
    byDefault: 'text',
    set: (settings, given) => (settings.log = choiceOf(given, ['text', 'json'])),
  },
  {
    kind: 'switch',
    name: 'quiet',
    says: 'leave the line for each request out of the log',
    byDefault: 'off',
    set: (settings, isOn) => (settings.quiet = isOn),
  },
];

/** Returns the name of the environment variable of a flag, such as `CORACLE_PORT`. */
export const variableOf = ({ name }: { readonly name: string }): string =>
  `CORACLE_${name.toUpperCase().replaceAll('-', '_')}`;

/**
 * Returns the flag that sets an option of `serve()`, such as `--port`, or the name of the option if no flag sets it.
 */
export function flagOf(option: string): string {
  const flag = flags.find((it) => it.option === option);
  return flag ? `--${flag.name}` : option;
}
