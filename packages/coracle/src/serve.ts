import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkDuration } from '@coracle/core';
import { createRegistry, type Registry, type RegistryOptions } from './registry.ts';
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

/** What is served, and where. */
export interface ServeOptions extends RegistryOptions {
  /** 4747 by default; 0 takes a free one. */
  readonly port?: number;
  /** An address or a name of this machine; `127.0.0.1` by default. */
  readonly host?: string;
  /**
   * A folder that everything is kept in and that is made where there is none, relative to the working directory or
   * absolute. What was answered survives even `kill -9`. In memory by default. It stands for a `storage`.
   */
  readonly data?: string;
  /** Serves this registry, which stays open afterwards, instead of making one. Its own `endpoint` and `cors` hold. */
  readonly registry?: Registry;
  /** Hosts to answer for beside addresses and private names: `registry.example.com`, `*.example.com`, or `*` for all. */
  readonly allowHosts?: readonly string[];
  /**
   * Collects garbage at the start and every hour, unless it is false. A `registry` that is given is collected only if
   * this is given as well.
   */
  readonly collect?: Collecting | false;
  /** Told of each request once it is over. */
  readonly onAccess?: (access: Access) => void;
  /** Connections at once; 4,000 by default. Further ones are refused. */
  readonly maxConnections?: number;
  /**
   * How many bytes the bodies and answers under way may hold in memory; 256 MiB by default. A request waits for room,
   * and is answered with 503 after 30 seconds without any. A `registry` that is given has its own limit.
   */
  readonly maxBufferedBytes?: number;
  /** How long the server waits for its clients. */
  readonly timeouts?: Timeouts;
  /** Is told what a person who runs the server should know; by default it is written to stderr. */
  readonly warn?: (sentence: string) => void;
}

/** How long a server waits for its clients, in milliseconds. */
export interface Timeouts {
  /** For the headers of a request; 60,000 by default. */
  readonly headers?: number;
  /** For the next byte that a client sends or takes while it is being answered; 120,000 by default. */
  readonly idle?: number;
}

/** How a server stops. */
export interface StopOptions {
  /** Milliseconds that requests and a collection under way get to finish; 5,000 by default. */
  readonly within?: number;
}

/** A registry on a port. */
export interface RunningServer {
  /** Where a client on this machine reaches it: `http://127.0.0.1:4747`. */
  readonly url: string;
  readonly registry: Registry;
  /** How many requests are being answered. */
  readonly underWay: number;
  /**
   * Takes no more requests, lets those under way finish, and lets go of the port. Calling it again changes nothing.
   * @throws TypeError if `within` is invalid
   */
  close(options?: StopOptions): Promise<void>;
}

const milliseconds = { headers: 60_000, idle: 120_000, keepAlive: 60_000, stop: 5_000 };
const defaultBufferedBytes = 256 * 1024 * 1024;

/**
 * Serves a registry over HTTP. What it prints as addresses names the server itself, unless `endpoint` says otherwise.
 * @throws Error where the port, the host or the folder cannot be had, saying what to do; TypeError for an option that
 * cannot be meant
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
    // A layer of some gigabytes over a slow line takes longer than the five minutes that Node grants a request.
    requestTimeout: 0,
    // Without a number of its own it is what `requestTimeout` is.
    headersTimeout: headers,
    connectionsCheckingInterval: Math.min(headers, 5000),
  });
  allowHalfOpen(server);
  const connections = new Connections(server, { most: maxConnections, idle, warn });
  // Before the port, at which nobody should wait for it.
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

/** Answers a client that has sent all that it will. Node ends the connection at once otherwise, before most answers. */
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
