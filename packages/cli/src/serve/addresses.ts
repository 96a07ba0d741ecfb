import { isIPv6 } from 'node:net';

/** The hosts that mean every address of the machine. A client could not use them as an address. */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/** Says whether a host can be reached only from this machine. */
const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || /^\[?::1\]?$/.test(host);

/** Gives a warning if other machines can reach the server; undefined if only this machine can. */
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

/** Gives the origin at which a client on the same machine reaches a server. */
export function originOf({ scheme, host, port }: Listened): string {
  const name = isEverywhere(host) ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return new URL(`${scheme}://${name}:${port}`).origin;
}
