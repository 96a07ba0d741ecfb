import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { delayOf } from './timers.ts';
import { contextOf, type TlsOptions } from './tls.ts';

const keepAlive = 60_000;

/**
 * Makes Node's server: for HTTPS if `tls` is given, otherwise for HTTP.
 * @param headers the maximum time in milliseconds for a TLS handshake and for the headers of a request
 */
export function makeServer(tls: TlsOptions | undefined, headers: number): Server {
  const settings = {
    keepAliveTimeout: keepAlive,
    // The upload of a large layer may take longer than the five minutes that Node allows for a request by default.
    requestTimeout: 0,
    // By default Node uses the value of `requestTimeout`, which would be 0 (no time-out).
    headersTimeout: headers,
    connectionsCheckingInterval: Math.min(headers, 5000),
  };
  // A TLS server needs `allowHalfOpen`; a server for HTTP always has half-open connections.
  const secure = tls && { ...contextOf(tls), handshakeTimeout: delayOf(headers), allowHalfOpen: true };
  const server = secure ? createHttpsServer({ ...settings, ...secure }) : createServer(settings);
  allowHalfOpen(server);
  return server;
}

/**
 * Lets the server answer a client that has ended its sending side of the connection (TCP half-close). By default Node
 * closes such a connection at once, before most answers are sent.
 */
function allowHalfOpen(server: Server & { httpAllowHalfOpen?: boolean }): void {
  server.httpAllowHalfOpen = true;
}
