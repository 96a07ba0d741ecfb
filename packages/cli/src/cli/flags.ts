import type { ServeOptions } from '../serve/options.ts';
import { choiceOf, countOf, durationOf, fileOf, type Given, portOf, sizeOf } from './values.ts';

type Changeable<T> = { -readonly [K in keyof T]?: T[K] };

/** The settings of `coracle serve`, as its flags and variables fill them. */
export interface Settings extends Changeable<Omit<ServeOptions, 'collect' | 'tls'>> {
  collect?: { every?: number; grace?: number };
  tls?: { cert?: string; key?: string };
  log?: 'text' | 'json';
  quiet?: boolean;
}

/** A row of the table. */
interface Row {
  /** The name after `--`. Its variable is `CORACLE_` and the name in capitals. */
  readonly name: string;
  readonly says: string;
  /** The value if neither the flag nor its variable is given; undefined for a switch, which is then off. */
  readonly byDefault?: string;
  /** The option of `serve()` that the flag sets. Errors of `serve()` begin with the name of this option. */
  readonly option?: string;
}

/** A flag without a value. */
export interface Switch extends Row {
  readonly kind: 'switch';
  readonly set: (settings: Settings, isOn: boolean) => void;
}

/** A flag with a value. */
export interface Single extends Row {
  readonly kind: 'single';
  /** The word for the value of the flag, for example in the help. */
  readonly takes: string;
  /** Another variable, which is used if the variable of the flag is not set. */
  readonly otherVariable?: string;
  readonly set: (settings: Settings, given: Given) => void;
}

/** A flag with a value, which can be repeated; commas part the values in its variable. */
export interface List extends Row {
  readonly kind: 'list';
  readonly takes: string;
  readonly set: (settings: Settings, texts: readonly string[]) => void;
}

export type Flag = Switch | Single | List;

/**
 * The flags of `coracle serve`. The command line, the environment, the help and the table in the README follow from
 * this table.
 */
export const flags: readonly Flag[] = [
  {
    kind: 'single',
    name: 'port',
    takes: 'PORT',
    says: 'the port to listen on; with 0 the system picks a free one',
    byDefault: '4747',
    option: 'port',
    otherVariable: 'PORT',
    set: (settings, given) => (settings.port = portOf(given)),
  },
  {
    kind: 'single',
    name: 'host',
    takes: 'HOST',
    says: 'the address to listen on',
    byDefault: '127.0.0.1',
    option: 'host',
    set: (settings, { text }) => (settings.host = text),
  },
  {
    kind: 'single',
    name: 'data',
    takes: 'DIR',
    says: 'the folder that keeps everything, also after kill -9; it is created if it does not exist',
    byDefault: 'in memory, and lost when the server stops',
    option: 'data',
    set: (settings, { text }) => (settings.data = text),
  },
  {
    kind: 'single',
    name: 'tls-cert',
    takes: 'FILE',
    says: 'the certificate in PEM form, followed by those of its issuers; the server then speaks HTTPS',
    byDefault: 'HTTP',
    option: 'tls.cert',
    set: (settings, given) => (settings.tls = { ...settings.tls, cert: fileOf(given) }),
  },
  {
    kind: 'single',
    name: 'tls-key',
    takes: 'FILE',
    says: 'the private key of the certificate in PEM form',
    option: 'tls.key',
    set: (settings, given) => (settings.tls = { ...settings.tls, key: fileOf(given) }),
  },
  {
    kind: 'single',
    name: 'endpoint',
    takes: 'URL',
    says: 'the origin at which clients reach the server, if it is another; repositoryUri names it',
    byDefault: 'the address that the server listens on',
    option: 'endpoint',
    set: (settings, { text }) => (settings.endpoint = text),
  },
  {
    kind: 'single',
    name: 'account-id',
    takes: 'ID',
    says: 'the account, 12 digits',
    byDefault: '123456789012',
    option: 'accountId',
    set: (settings, { text }) => (settings.accountId = text),
  },
  {
    kind: 'single',
    name: 'region',
    takes: 'REGION',
    says: 'the region of the private registry',
    byDefault: 'us-east-1',
    option: 'region',
    set: (settings, { text }) => (settings.region = text),
  },
  {
    kind: 'single',
    name: 'alias',
    takes: 'ALIAS',
    says: 'a custom alias of the public registry',
    byDefault: 'one that follows from the account',
    option: 'registryAlias',
    set: (settings, { text }) => (settings.registryAlias = text),
  },
  {
    kind: 'switch',
    name: 'create-on-push',
    says: 'a push creates its repository if it does not exist',
    option: 'createOnPush',
    set: (settings, isOn) => (settings.createOnPush = isOn),
  },
  {
    kind: 'single',
    name: 'quirks',
    takes: 'aws',
    says: '/v2/ answers like ECR itself if that departs from the OCI specification',
    byDefault: 'the specification',
    option: 'quirks',
    set: (settings, given) => (settings.quirks = choiceOf(given, ['aws'])),
  },
  {
    kind: 'list',
    name: 'allow-host',
    takes: 'NAME',
    says: 'a host to answer for, or *.example.com, or * for all',
    byDefault: 'addresses, names without a dot, and names that no public page can have',
    option: 'allowHosts',
    set: (settings, names) => (settings.allowHosts = names),
  },
  {
    kind: 'list',
    name: 'cors-origin',
    takes: 'URL',
    says: 'an origin whose pages can use the registry, or * for all',
    byDefault: "only the registry's own",
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
    says: 'the memory that bodies and answers can take, such as 64MiB',
    byDefault: '256MiB',
    option: 'maxBufferedBytes',
    set: (settings, given) => (settings.maxBufferedBytes = sizeOf(given)),
  },
  {
    kind: 'single',
    name: 'collect-every',
    takes: 'TIME',
    says: 'the time between collections of garbage, such as 30m; 0 turns them off',
    byDefault: '1h',
    option: 'collect.every',
    set: (settings, given) => (settings.collect = { ...settings.collect, every: durationOf(given) }),
  },
  {
    kind: 'single',
    name: 'collect-grace',
    takes: 'TIME',
    says: 'the time that deleted content is kept',
    byDefault: '1h; layers that no image mentions at least 24h',
    option: 'collect.grace',
    set: (settings, given) => (settings.collect = { ...settings.collect, grace: durationOf(given) }),
  },
  {
    kind: 'single',
    name: 'log',
    takes: 'FORMAT',
    says: 'the form of the log: text, or json with one object a line',
    byDefault: 'text',
    set: (settings, given) => (settings.log = choiceOf(given, ['text', 'json'])),
  },
  {
    kind: 'switch',
    name: 'quiet',
    says: 'no line for each request',
    set: (settings, isOn) => (settings.quiet = isOn),
  },
];

/** Gives the name of the variable that stands for a flag. */
export const variableOf = ({ name }: Pick<Flag, 'name'>): string =>
  `CORACLE_${name.toUpperCase().replaceAll('-', '_')}`;

/** Gives the flag that sets an option of `serve()`. */
export function flagOf(option: string): string {
  const flag = flags.find((it) => it.option === option);
  return flag ? `--${flag.name}` : option;
}
