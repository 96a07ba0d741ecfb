import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRegistry, type Registry, type RegistryOptions } from '@coracle/registry';
import { checkDuration } from '@coracle/registry/core';
import { type Access, watchAccess } from './serve/access.ts';
import { originOf } from './serve/addresses.ts';
import { type Collecting, checkCollecting, startCollecting } from './serve/collecting.ts';
import { Connections, type Exchange } from './serve/connections.ts';
import { openData } from './serve/data.ts';
import { checkHostRules } from './serve/hosts.ts';
import { exchangeOf, listeningOf, respond } from './serve/listener.ts';
import { closeWithConnection } from './serve/pipelines.ts';
import { listenProblem } from './serve/problems.ts';
import { inTurns } from './serve/turns.ts';

/** The options of a server: those of the registry, and those of the server itself. */
export interface ServeOptions extends RegistryOptions {
  /** The port; 4747 by default. With 0 the system picks a free one. */
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
  /** Is called with each request once it is over. */
  readonly onAccess?: (access: Access) => void;
  /** The maximum number of open connections; 4,000 by default. Further ones are refused. */
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
  /** The time until a client sends or accepts the next byte while it is being answered; 120,000 by default. */
  readonly idle?: number;
}

/** The options of stopping a server. */
export interface StopOptions {
  /** The time in milliseconds for requests and a collection in progress to finish; 5,000 by default. */
  readonly within?: number;
}

/** A registry on a port. */
export interface RunningServer {
  /** The address for clients on this machine: `http://127.0.0.1:4747`. */
  readonly url: string;
  readonly registry: Registry;
  /** The number of requests that are being answered. */
  readonly underWay: number;
  /**
   * Accepts no more requests, lets those in progress finish, and frees the port. Calling it again changes nothing.
   * @throws TypeError if `within` is invalid
   */
  close(options?: StopOptions): Promise<void>;
}

const milliseconds = { headers: 60_000, idle: 120_000, keepAlive: 60_000, stop: 5_000 };
const defaultBufferedBytes = 256 * 1024 * 1024;

/**
 * Serves a registry over HTTP. The addresses in its answers name the server itself, unless `endpoint` names another
 * origin.
 * @throws Error if the port, the host or the folder cannot be used; it says what to do
 * @throws TypeError if an option is invalid
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  const {
    port = 4747,
    host = '127.0.0.1',
    data,
    registry: given,
    onAccess,
    allowHosts = [],
    collect = given ? false : {},
    maxConnections = 4000,
    timeouts: { headers = milliseconds.headers, idle = milliseconds.idle } = {},
    warn = (sentence) => void process.stderr.write(`coracle: ${sentence}\n`),
    ...registryOptions
  } = options;
  checkHostRules(allowHosts);
  if (collect) checkCollecting(collect);
  checkDuration('timeouts.headers', headers);
  checkDuration('timeouts.idle', idle);
  checkCount('maxConnections', maxConnections);
  if (data !== undefined && (given ?? registryOptions.storage) !== undefined) {
    throw new TypeError('data says where everything is kept, and so do storage and registry: give one of them only');
  }
  const server = createServer({
    keepAliveTimeout: milliseconds.keepAlive,
    // A layer of some gigabytes over a slow line takes longer than the five minutes that Node allows for a request.
    requestTimeout: 0,
    // Without a value of its own it would be that of `requestTimeout`.
    headersTimeout: headers,
    connectionsCheckingInterval: Math.min(headers, 5000),
  });
  allowHalfOpen(server);
  const connections = new Connections(server, { most: maxConnections, idle, warn });
  // The folder is opened before the port, so that no client waits at the port for it.
  const storage = data === undefined ? undefined : await openData(data, warn);
  let url: string;
  let registry: Registry;
  try {
    url = originOf(host, await listen(server, port, host));
    const kept = storage === undefined ? {} : { storage };
    registry =
      given ??
      createRegistry({
        endpoint: url,
        readOnlyBodies: true,
        maxBufferedBytes: defaultBufferedBytes,
        ...registryOptions,
        ...kept,
      });
    // Data that this version cannot read is refused now, and not at each request.
    if (storage) await registry.guarantees();
  } catch (error) {
    server.close();
    await storage?.close();
    throw error;
  }
  const listening = listeningOf(registry, host, allowHosts);
  const respondInTurn = inTurns<Exchange>(
    (exchange) => void respond(exchange, listening),
    ({ request }) => request.socket,
  );
  const answer = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    if (!closeWithConnection(request, response)) return;
    const exchange = exchangeOf(request, response, expectsContinue);
    if (!connections.begin(exchange)) return;
    if (onAccess) watchAccess(exchange, registry.services, onAccess);
    respondInTurn(exchange);
  };
  server.on('request', answer(false));
  server.on('checkContinue', answer(true));

  const endCollecting = collect ? startCollecting(registry, collect, warn) : async () => undefined;

  let closed: Promise<void> | undefined;
  return {
    url,
    registry,
    get underWay() {
      return connections.underWay;
    },
    async close({ within = milliseconds.stop } = {}) {
      checkDuration('within', within);
      closed ??= Promise.all([connections.stop(within), endCollecting(within)]).then(() =>
        given ? undefined : registry.close(),
      );
      return closed;
    },
  };
}

/**
 * Lets the server answer a client that has closed its half of the connection. Otherwise Node ends the connection at
 * once, before most answers.
 */
function allowHalfOpen(server: Server & { httpAllowHalfOpen?: boolean }): void {
  server.httpAllowHalfOpen = true;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenProblem(error, host, port)));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new TypeError(`${name} must be a whole number above 0, not ${value}`);
}
