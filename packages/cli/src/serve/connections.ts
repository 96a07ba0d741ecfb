import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Handshakes } from './handshakes.ts';
import type { IncomingBody } from './incoming-body.ts';
import { delayOf } from './timers.ts';

/** A request that the server is answering, with its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The body of the request; undefined if the request has no body. */
  readonly body: IncomingBody | undefined;
  /**
   * Whether the client waits for permission to send its body (`Expect: 100-continue`). The server sends this permission
   * when it begins to read the body.
   */
  readonly expectsContinue: boolean;
}

/** The state of a connection: its requests in progress, and the time of its last progress. */
interface Activity {
  readonly exchanges: Set<Exchange>;
  /**
   * The total number of bytes that the connection had received and sent when the server last checked it for progress.
   */
  moved: number;
  /**
   * The time, in milliseconds, at which the connection last transferred bytes or the server last worked on one of its
   * requests.
   */
  since: number;
}

/** The limits for the connections of a server. */
export interface ConnectionLimits {
  /** The maximum number of connections that are open at the same time. */
  readonly most: number;
  /** The name of the option that sets the maximum number of connections, for the warning. */
  readonly name: string;
  /** The maximum time in milliseconds that the server waits for a client to send or accept the next byte. */
  readonly idle: number;
  /**
   * Is called with a warning, at most once a minute, if the server refuses connections because the maximum number is
   * open.
   */
  readonly warn: (sentence: string) => void;
}

const minute = 60_000;

/**
 * Keeps the open connections of a server and the requests in progress on each, so that the server can stop quickly.
 *
 * The method `close()` of Node's own server waits for connections that have not sent a request yet. It also waits for
 * connections without a request in progress until their keep-alive expires, some seconds after the last answer.
 */
export class Connections {
  readonly #server: Server;
  readonly #limits: ConnectionLimits;
  readonly #handshakes: Handshakes;
  readonly #activities = new Map<Socket, Activity>();
  #stopping = false;
  #refused = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(server: Server, limits: ConnectionLimits) {
    this.#server = server;
    this.#limits = limits;
    server.maxConnections = limits.most;
    server.on('drop', () => this.#countRefused());
    this.#handshakes = new Handshakes(server, (socket) => this.#watch(socket));
    const sweep = setInterval(() => this.#sweep(), Math.max(1, delayOf(limits.idle / 12))).unref();
    server.once('close', () => clearInterval(sweep));
  }

  /** The number of requests that the server is answering now. */
  get underWay(): number {
    return [...this.#activities.values()].reduce((sum, { exchanges }) => sum + exchanges.size, 0);
  }

  /**
   * Registers a request as in progress until its answer is sent or its connection closes.
   * @returns false if the server is stopping, so that the request must not be answered
   */
  begin(exchange: Exchange): boolean {
    const { socket } = exchange.request;
    const activity = this.#activities.get(socket);
    if (!activity || this.#stopping) return false;
    activity.exchanges.add(exchange);
    activity.since = performance.now();
    exchange.response.once('close', () => {
      activity.exchanges.delete(exchange);
      if (this.#stopping && activity.exchanges.size === 0) socket.destroySoon();
    });
    return true;
  }

  /**
   * Stops accepting connections, and waits for the requests in progress. Closes all remaining connections after
   * `milliseconds`.
   */
  async stop(milliseconds: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#handshakes.destroy();
    for (const [socket, { exchanges }] of this.#activities) if (exchanges.size === 0) socket.destroy();
    // Node's `closeAllConnections` is not used, because it knows only connections that speak HTTP.
    const cut = setTimeout(() => {
      for (const socket of this.#activities.keys()) socket.destroy();
    }, delayOf(milliseconds));
    await closed;
    clearTimeout(cut);
  }

  #watch(socket: Socket): void {
    this.#activities.set(socket, { exchanges: new Set(), moved: 0, since: 0 });
    socket.once('close', () => this.#activities.delete(socket));
  }

  /**
   * Closes each connection whose client has not sent or accepted a byte for `idle` milliseconds (an option of the
   * server). The time in which the server works on a request does not count.
   */
  #sweep(): void {
    const now = performance.now();
    for (const [socket, activity] of this.#activities) {
      if (activity.exchanges.size === 0) continue;
      const moved = socket.bytesRead + socket.bytesWritten - socket.writableLength;
      if (moved !== activity.moved || ![...activity.exchanges].some(waitsForClient)) {
        activity.moved = moved;
        activity.since = now;
      } else if (now - activity.since >= this.#limits.idle) {
        socket.destroy();
      }
    }
  }

  #countRefused(): void {
    this.#refused++;
    const now = performance.now();
    if (now - this.#toldAt < minute) return;
    const { most, name, warn } = this.#limits;
    warn(
      `The limit of ${most} open connections (${name}) is reached, so the server refuses new connections. Since the last warning the server refused ${this.#refused} connections. Close connections, or raise ${name}.`,
    );
    this.#toldAt = now;
    this.#refused = 0;
  }
}

const waitsForClient = ({ response, body }: Exchange): boolean =>
  (body?.isAwaited ?? false) || response.writableLength > 0 || response.writableNeedDrain;
