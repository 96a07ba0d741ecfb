import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * A server's connections, and what is under way on each. Node's own `close()` waits for connections that have sent
 * no request yet, and keeps the ones that were busy until their keep-alive runs out: seconds after the last answer.
 */
export class Connections {
  readonly #server: Server;
  readonly #requests = new Map<Socket, number>();
  #stopping = false;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#requests.set(socket, 0);
      socket.once('close', () => this.#requests.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.#count(socket, 1);
      response.once('close', () => {
        this.#count(socket, -1);
        if (this.#stopping && this.#requests.get(socket) === 0) socket.destroySoon();
      });
    });
  }

  /** How many requests are being answered. */
  get underWay(): number {
    return [...this.#requests.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Takes no more connections, lets the requests under way finish for so many milliseconds, and cuts what is left. */
  async stop(milliseconds: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const [socket, count] of this.#requests) if (count === 0) socket.destroy();
    const cut = setTimeout(() => this.#server.closeAllConnections(), milliseconds);
    await closed;
    clearTimeout(cut);
  }

  #count(socket: Socket, change: number): void {
    const count = this.#requests.get(socket);
    if (count !== undefined) this.#requests.set(socket, count + change);
  }
}
