import { createRegistry, type Registry, type RegistryOptions, registryOptionNames } from '@coracle/registry';
import { checkDuration, refuseUnknown } from '@coracle/registry/core';
import type { Access } from './access.ts';
import { type Collecting, checkCollecting } from './collecting.ts';
import { checkHostRules } from './hosts.ts';
import { checkMembers, type MembersOf } from './known-members.ts';
import { checkTls, type TlsOptions } from './tls.ts';

/** The options of `serve()`. They include the options of `createRegistry()`. */
export interface ServeOptions extends RegistryOptions {
  /** The port to listen on; 4747 by default. With 0 the system chooses a free port. */
  readonly port?: number;
  /** The address or name of this machine to listen on; `127.0.0.1` by default. */
  readonly host?: string;
  /**
   * The folder that keeps all data of the registry, as an absolute path or relative to the working directory. By
   * default the data is only in memory. The folder is created if it does not exist. Data of an answered request
   * survives even `kill -9`. This option cannot be combined with `storage` or `registry`.
   */
  readonly data?: string;
  /**
   * The registry to serve; by default `serve()` makes a registry. A registry in this option stays open when the server
   * is closed, and the server uses that registry's own options `endpoint` and `cors`.
   */
  readonly registry?: Registry;
  /**
   * Additional host names that requests may have in their Host header: `registry.example.com`, `*.example.com`, or `*`
   * for every host. IP addresses and private names are always allowed.
   */
  readonly allowHosts?: readonly string[];
  /**
   * The settings of garbage collection, or false to turn garbage collection off. By default garbage is collected at the
   * start and every hour. If the option `registry` is given, its garbage is collected only if `collect` is given too.
   */
  readonly collect?: Collecting | false;
  /** Is called once for each request, when its answer has been sent or its connection has closed. */
  readonly onAccess?: (access: Access) => void;
  /**
   * The certificate and its private key, in PEM form. If this option is given, the server speaks HTTPS instead of HTTP.
   */
  readonly tls?: TlsOptions;
  /** The maximum number of open connections; 4,000 by default. Further connections are refused. */
  readonly maxConnections?: number;
  /**
   * The maximum number of bytes that requests and responses in progress may hold in memory; 256 MiB by default. If the
   * limit is reached, a new request waits, and gets status 503 after 30 seconds. If the option `registry` is given,
   * that registry has its own limit.
   */
  readonly maxBufferedBytes?: number;
  /** The maximum times that the server waits for its clients. */
  readonly timeouts?: Timeouts;
  /**
   * Is called with each warning for the person who runs the server. By default the server writes its warnings to
   * stderr.
   */
  readonly warn?: (sentence: string) => void;
}

/** The maximum times that a server waits for its clients, in milliseconds. */
export interface Timeouts {
  /** The maximum time in milliseconds that a client may take to send the headers of a request; 60,000 by default. */
  readonly headers?: number;
  /**
   * The maximum time in milliseconds that a client may take to send or accept the next byte of a request or response;
   * 120,000 by default.
   */
  readonly idle?: number;
}

/**
 * The options of the server itself after their defaults are filled in. The options of its registry are not included.
 */
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

/** The names of the options of `serve()` that `createRegistry()` does not have. */
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
 * Checks the options of `serve()`, and returns them with their defaults filled in. It opens neither a port nor a
 * folder.
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
  if (given && registryOptions.access !== undefined) {
    throw new TypeError(
      'access and registry exclude each other, because a registry has its own access: pass access to createRegistry()',
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
