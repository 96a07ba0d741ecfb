import { createRegistry, type Registry, type RegistryOptions, registryOptionNames } from '@coracle/registry';
import { checkDuration, refuseUnknown } from '@coracle/registry/core';
import type { Access } from './access.ts';
import { type Collecting, checkCollecting } from './collecting.ts';
import { checkHostRules } from './hosts.ts';
import { checkMembers, type MembersOf } from './known-members.ts';
import { checkTls, type TlsOptions } from './tls.ts';

/** The options of a server: those of the registry, and those of the server itself. */
export interface ServeOptions extends RegistryOptions {
  /** The port; 4747 by default. If it is 0, the system chooses a free port. */
  readonly port?: number;
  /** An address or a name of this machine; `127.0.0.1` by default. */
  readonly host?: string;
  /**
   * The folder that keeps everything, relative to the working directory or absolute. It is created if it does not
   * exist. Data of an answered request survives even `kill -9`. By default everything is in memory. It cannot be given
   * together with a `storage` or a `registry`.
   */
  readonly data?: string;
  /** A registry to serve instead of making one. It stays open afterwards. Its own `endpoint` and `cors` apply. */
  readonly registry?: Registry;
  /**
   * Further hosts to answer for, besides addresses and private names: `registry.example.com`, `*.example.com`, or `*`
   * for all.
   */
  readonly allowHosts?: readonly string[];
  /**
   * The settings of garbage collection, or false to turn it off. Garbage is collected at the start and every hour by
   * default. A `registry` that is given is collected only if this is given as well.
   */
  readonly collect?: Collecting | false;
  /** Is called with each request after it has ended. */
  readonly onAccess?: (access: Access) => void;
  /** The certificate and its key, in PEM form. If they are given, the server speaks HTTPS instead of HTTP. */
  readonly tls?: TlsOptions;
  /** The maximum number of open connections; 4,000 by default. Further connections are refused. */
  readonly maxConnections?: number;
  /**
   * The maximum number of bytes that requests and responses in progress may hold in memory; 256 MiB by default. A
   * request waits for room, and is answered with 503 if it gets none within 30 seconds. A `registry` that is given has
   * its own limit.
   */
  readonly maxBufferedBytes?: number;
  /** The time-outs of the server. */
  readonly timeouts?: Timeouts;
  /** Is called with warnings for the person who runs the server; by default they are written to stderr. */
  readonly warn?: (sentence: string) => void;
}

/** The maximum times that a server waits for its clients, in milliseconds. */
export interface Timeouts {
  /** The time for the headers of a request; 60,000 by default. */
  readonly headers?: number;
  /** The time in which a client must send or accept the next byte of an exchange; 120,000 by default. */
  readonly idle?: number;
}

/** The options of a server with their defaults, apart from those of its registry. */
export interface ServerSettings {
  readonly port: number;
  readonly host: string;
  readonly data: string | undefined;
  readonly given: Registry | undefined;
  readonly allowHosts: readonly string[];
  readonly collect: Collecting | false;
  readonly onAccess: ((access: Access) => void) | undefined;
  readonly tls: TlsOptions | undefined;
  readonly maxConnections: number;
  readonly headers: number;
  readonly idle: number;
  readonly warn: (sentence: string) => void;
  readonly registryOptions: RegistryOptions;
}

const milliseconds = { headers: 60_000, idle: 120_000 };
const timeoutMembers: MembersOf<Timeouts> = { headers: true, idle: true };
const defaultBufferedBytes = 256 * 1024 * 1024;

/** The options of `serve` that a registry does not have. */
const ownMembers: MembersOf<Omit<ServeOptions, keyof RegistryOptions>> = {
  port: true,
  host: true,
  data: true,
  registry: true,
  allowHosts: true,
  collect: true,
  onAccess: true,
  tls: true,
  maxConnections: true,
  timeouts: true,
  warn: true,
};

/**
 * Checks the options of a server, and gives each its default. It changes nothing.
 * @throws TypeError if an option is unknown or invalid
 */
export function readServeOptions(options: ServeOptions): ServerSettings {
  refuseUnknown('serve()', options, [...Object.keys(ownMembers), ...registryOptionNames]);
  const {
    port = 4747,
    host = '127.0.0.1',
    data,
    registry: given,
    onAccess,
    allowHosts = [],
    collect = given ? false : {},
    tls,
    maxConnections = 4000,
    timeouts = {},
    warn = (sentence) => void process.stderr.write(`coracle: ${sentence}\n`),
    ...registryOptions
  } = options;
  checkMembers(['timeouts', 'member'], timeouts, timeoutMembers);
  const { headers = milliseconds.headers, idle = milliseconds.idle } = timeouts;
  checkPort(port);
  // Node takes an empty host for every address of the machine.
  if (typeof host !== 'string' || host === '') {
    throw new TypeError(`host must be an address or a name of this machine, not '${host}'`);
  }
  checkHostRules(allowHosts);
  if (collect) checkCollecting(collect);
  checkDuration('timeouts.headers', headers);
  checkDuration('timeouts.idle', idle);
  checkCount('maxConnections', maxConnections);
  if (tls !== undefined) checkTls(tls);
  if (data !== undefined && (given ?? registryOptions.storage) !== undefined) {
    throw new TypeError(
      'data, storage and registry exclude each other, because each says where images are stored: give only one of them',
    );
  }
  // A registry checks its own options, and opens nothing before it is used.
  if (!given) createRegistry(registryOptions);
  const server = { port, host, data, given, allowHosts, collect, onAccess, tls, maxConnections, headers, idle, warn };
  const forServers = { readOnlyBodies: true, maxBufferedBytes: defaultBufferedBytes };
  return { ...server, registryOptions: { ...forServers, ...registryOptions } };
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new TypeError(`port must be a number from 0 to 65535, not '${port}'`);
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new TypeError(`${name} must be a whole number above 0, not '${value}'`);
}
