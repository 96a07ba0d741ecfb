import { isIPv6 } from 'node:net';

/** Hosts that mean every address of the machine, and so are none that a client could be told. */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/** Whether only this machine reaches a host. */
export const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || /^\[?::1\]?$/.test(host);

export const isEverywhere = (host: string): boolean => everywhere.has(host);

/** The origin that a client on the same machine reaches a server at. */
export function originOf(host: string, port: number): string {
  const name = isEverywhere(host) ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return new URL(`http://${name}:${port}`).origin;
}
