import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRegistry, type Registry, type RegistryOptions } from '@coracle/registry';
import { checkDuration } from '@coracle/registry/core';
import { watchAccess } from './serve/access.ts';
import { originOf } from './serve/addresses.ts';
import { startCollecting } from './serve/collecting.ts';
import { Connections, type Exchange } from './serve/connections.ts';
import { openData } from './serve/data.ts';
import { answerHealthCheck, withoutHealthChecks } from './serve/health.ts';
import { exchangeOf, listeningOf, respond } from './serve/listener.ts';
import { makeServer } from './serve/make-server.ts';
import { byOption, type Naming } from './serve/naming.ts';
import { readServeOptions, type ServeOptions } from './serve/options.ts';
import { closeWithConnection } from './serve/pipelines.ts';
import { listenProblem } from './serve/problems.ts';
import { ServedRequest } from './serve/served-request.ts';
import { inTurns } from './serve/turns.ts';

/** The options of `RunningServer.close()`. */
export interface StopOptions {
  /**
   * The maximum time in milliseconds that requests in progress and a running garbage collection get to finish; 5,000 by
   * default.
   */
  readonly within?: number;
}

/** A server that listens on a port, with the registry that it serves. */
export interface RunningServer {
  /**
   * The URL of the server for clients on this machine, such as `http://127.0.0.1:4747`. It begins with `https:` if the
   * option `tls` is given.
   */
  readonly url: string;
  readonly registry: Registry;
  /** The number of requests that the server is answering now. */
  readonly underWay: number;
  /**
   * Stops the server: accepts no further requests, lets the requests in progress finish, and frees the port. A second
   * call has no further effect.
   * @throws TypeError if `within` is invalid
   */
  close(options?: StopOptions): Promise<void>;
}

const stopWithin = 5_000;

/**
 * Starts a server for a registry over HTTP. The addresses in its answers, such as `repositoryUri`, name the server
 * itself, unless the option `endpoint` names another origin. `GET /healthz` needs no login and returns 200 while the
 * server runs.
 * @throws Error if the port, the host or the folder in the option `data` cannot be used; the message says what to do
 * @throws TypeError if an option is unknown or invalid
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  return startServer(options, byOption);
}

/**
 * Starts a server like `serve()`. `naming` chooses how error texts and warnings name an option: as an option of
 * `serve()` or as a flag of the command line.
 */
export async function startServer(options: ServeOptions, naming: Naming): Promise<RunningServer> {
  const { port, host, data, given, allowHosts, collect, onAccess, tls, maxConnections, headers, idle, warn, ...more } =
    readServeOptions(options);
  const server = makeServer(tls, headers);
  const connections = new Connections(server, { most: maxConnections, name: naming('maxConnections'), idle, warn });
  // The folder is opened before the port, so that no client waits at the port for it.
  const storage = data === undefined ? undefined : await openData(data, warn);
  let url: string;
  let registry: Registry;
  try {
    const taken = await listen(server, { port, host, naming });
    url = originOf({ scheme: tls ? 'https' : 'http', host, port: taken });
    const kept = storage === undefined ? {} : { storage };
    registry = given ?? createRegistry({ endpoint: url, ...withSourceIp(more.registryOptions), ...kept });
    // If this version cannot read the data, the start fails now, and not each request later.
    if (storage) await registry.guarantees();
  } catch (error) {
    server.close();
    await storage?.close();
    throw error;
  }
  const rules = listeningOf(registry, { host, allowHosts, naming });
  const listening = {
    ...rules,
    early: (request: IncomingMessage) => answerHealthCheck(request) ?? rules.early(request),
  };
  const respondInTurn = inTurns<Exchange>(
    (exchange) => void respond(exchange, listening),
    ({ request }) => request.socket,
  );
  const answer = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    if (!closeWithConnection(request, response)) return;
    const exchange = exchangeOf(request, response, expectsContinue);
    if (!connections.begin(exchange)) return;
    if (onAccess) watchAccess(exchange, registry.services, withoutHealthChecks(request, onAccess));
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
    async close({ within = stopWithin } = {}) {
      checkDuration('within', within);
      closed ??= Promise.all([connections.stop(within), endCollecting(within)]).then(() =>
        given ? undefined : registry.close(),
      );
      return closed;
    },
  };
}

/** Returns the options of a registry whose access check knows the IP address of the client, unless they say otherwise. */
function withSourceIp(options: RegistryOptions): RegistryOptions {
  const { access } = options;
  if (typeof access !== 'object') return options;
  const sourceIp = (request: Request) => (request instanceof ServedRequest ? request.remoteAddress : undefined);
  return { ...options, access: { sourceIp, ...access } };
}

interface Place {
  readonly port: number;
  readonly host: string;
  readonly naming: Naming;
}

function listen(server: Server, place: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenProblem(error, place)));
    server.listen(place.port, place.host, () => resolve((server.address() as AddressInfo).port));
  });
}
