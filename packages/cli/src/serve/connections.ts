import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Handshakes } from './handshakes.ts';
import type { IncomingBody } from './incoming-body.ts';
import { delayOf } from './timers.ts';

/** A request that is being answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The body; undefined if the request does not have a body. */
  readonly body: IncomingBody | undefined;
  /**
   * Whether the client waits for permission to send its body (`Expect: 100-continue`). It gets it once the body is
   * read.
   */
  readonly expectsContinue: boolean;
}

/** The state of a connection. */
interface Activity {
  readonly exchanges: Set<Exchange>;
  /** The number of bytes received and sent, when it last changed or when the server was last busy otherwise. */
  moved: number;
  /** The time of that change, in milliseconds. */
  since: number;
}

/** The limits of a server's connections. */
export interface ConnectionLimits {
  /** The maximum number of open connections. */
  readonly most: number;
  /** The name of the option that sets this limit. */
  readonly name: string;
  /** The milliseconds that the server waits for a client to send or accept a byte. */
  readonly idle: number;
  /** Is called if connections were refused, at most once a minute. */
  readonly warn: (sentence: string) => void;
}

const minute = 60_000;

/**
 * The connections of a server, and the requests in progress on each. Node's own `close()` waits for connections that
 * have sent no request yet. It also keeps those that were busy until their keep-alive expires, seconds after the last
 * answer.
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

  /** The number of requests that are being answered. */
  get underWay(): number {
    return [...this.#activities.values()].reduce((sum, { exchanges }) => sum + exchanges.size, 0);
  }

  /**
   * Watches a request until its answer is sent or broken off.
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
   * Stops accepting connections, and waits for the requests in progress. After `milliseconds`, closes all remaining
   * connections.
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

  /** Closes the connections whose clients keep the server waiting. Time in which the server works does not count. */
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
      `The limit of ${most} open connections (${name}) is reached, so the server refuses new connections. It refused ${this.#refused} since its last warning. Close connections, or raise ${name}.`,
    );
    this.#toldAt = now;
    this.#refused = 0;
  }
}

const waitsForClient = ({ response, body }: Exchange): boolean =>
  (body?.isAwaited ?? false) || response.writableLength > 0 || response.writableNeedDrain;
