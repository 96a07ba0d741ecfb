import { isIPv6 } from 'node:net';
import { isLoopback } from '@coracle/registry/fetch-handler';

/**
 * The values of the option `host` with which a server listens on every address of the machine. A client cannot use such
 * a value as the address of the server.
 */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/** The facts about a server from which `accessWarning` makes its sentence. */
interface Reached {
  readonly host: string;
  readonly port: string;
  readonly isOpen: boolean;
  /** Whether clients reach the server by HTTPS, by its own certificate or through a proxy. */
  readonly isEncrypted: boolean;
}

/** Returns a warning for the user if other machines can reach the server, and access is open or not encrypted. */
export function accessWarning({ host, port, isOpen, isEncrypted }: Reached): string | undefined {
  if (isLoopback(host)) return undefined;
  const address = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  if (isOpen) return `access is open, so anyone who reaches ${address} can read, push and delete everything.`;
  if (isEncrypted) return undefined;
  return `passwords and tokens travel to ${address} unencrypted: give the server a certificate, or put a proxy with TLS in front of it.`;
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
