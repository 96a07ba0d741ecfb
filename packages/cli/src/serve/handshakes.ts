import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/**
 * Keeps those connections of a server on which the TLS handshake has not finished, so that the server can close them
 * when it stops. Node reports no request on such a connection.
 */
export class Handshakes {
  readonly #pending = new Map<string, Socket>();

  /**
   * Calls `onReady` with each connection as soon as the connection can carry HTTP. A connection with TLS can carry HTTP
   * after its handshake, and a connection without TLS at once.
   */
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

  /** Closes all connections whose TLS handshake has not finished. */
  destroy(): void {
    for (const socket of this.#pending.values()) socket.destroy();
  }
}

/**
 * Returns a text that identifies a connection by the addresses of both ends. Node has two sockets for each TLS
 * connection, one for TLS and one for the TCP connection below. Both sockets have the same addresses.
 */
const endsOf = ({ localAddress, remoteAddress, remotePort }: Socket): string =>
  `${localAddress} ${remoteAddress} ${remotePort}`;
