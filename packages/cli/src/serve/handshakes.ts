import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/**
 * The connections on which HTTP can come, and those that have not come so far: a TLS server has a connection first, and
 * a socket that HTTP is read from when the client has finished its handshake.
 */
export class Handshakes {
  readonly #pending = new Map<string, Socket>();

  /** Calls `onReady` with each connection on which HTTP can come. */
  constructor(server: Server, onReady: (socket: Socket) => void) {
    if (!(server instanceof TlsServer)) {
      server.on('connection', onReady);
      return;
    }
    server.on('connection', (socket) => {
      const ends = endsOf(socket);
      this.#pending.set(ends, socket);
      socket.once('close', () => {
        if (this.#pending.get(ends) === socket) this.#pending.delete(ends);
      });
    });
    server.on('secureConnection', (socket: Socket) => {
      this.#pending.delete(endsOf(socket));
      onReady(socket);
    });
  }

  /** Closes the connections whose handshake has not finished. */
  destroy(): void {
    for (const socket of this.#pending.values()) socket.destroy();
  }
}

/** Gives what a connection and its TLS socket have in common, and no other connection has: the addresses of both ends. */
const endsOf = ({ localAddress, remoteAddress, remotePort }: Socket): string =>
  `${localAddress} ${remoteAddress} ${remotePort}`;
