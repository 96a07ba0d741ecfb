import { isIPv6 } from 'node:net';
import { isLoopback } from '@coracle/registry/fetch-handler';

/**
 * The values of the option `host` with which a server listens on every address of the machine. A client cannot use such
 * a value as the address of the server.
 */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/** Returns a warning for the user if other machines can reach the server, or undefined if only this machine can. */
export function accessWarning(host: string, port: string): string | undefined {
  if (isLoopback(host)) return undefined;
  const address = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return `access is open, so anyone who reaches ${address} can read, push and delete everything.`;
}

export const isEverywhere = (host: string): boolean => everywhere.has(host);

interface Listened {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

/** Returns the origin at which a client on the same machine reaches the server, such as `http://localhost:4747`. */
export function originOf({ scheme, host, port }: Listened): string {
  const name = isEverywhere(host) ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return new URL(`${scheme}://${name}:${port}`).origin;
}
