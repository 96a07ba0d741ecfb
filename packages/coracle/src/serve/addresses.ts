import { isIPv6 } from 'node:net';

/** Hosts that mean every address of the machine, and so are none that a client could be told. */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/** Whether only this machine reaches a host. */
const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || /^\[?::1\]?$/.test(host);

/** Says what follows if other machines reach a server; undefined if none does. */
export function accessWarning(host: string, port: string): string | undefined {
  if (isLoopback(host)) return undefined;
  const address = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return `access is open, so anyone who reaches ${address} can read, push and delete everything.`;
}

export const isEverywhere = (host: string): boolean => everywhere.has(host);

/** The origin that a client on the same machine reaches a server at. */
export function originOf(host: string, port: number): string {
  const name = isEverywhere(host) ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return new URL(`http://${name}:${port}`).origin;
}
