import { isIPv6 } from 'node:net';
import type { Naming } from './naming.ts';

/** The host and port on which a server could not listen, and the names of the options that change them. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly naming: Naming;
}

/** Makes the error for a server that cannot listen on its port. The message of the error says what to do. */
export function listenProblem(cause: NodeJS.ErrnoException, place: Place): Error {
  return new Error(sentence(cause, place), { cause });
}

function sentence(cause: NodeJS.ErrnoException, { host, port, naming }: Place): string {
  const address = isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
  switch (cause.code) {
    case 'EADDRINUSE':
      return `${address} is in use by another process: stop that one, or choose another port with ${naming('port')}.`;
    case 'EACCES':
      return `${address} is not allowed to this user: choose a port above 1023 with ${naming('port')}.`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine: choose one that is with ${naming('host')}, such as 127.0.0.1.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host '${host}' is not known: choose an address of this machine with ${naming('host')}, such as 127.0.0.1.`;
    default:
      return `Cannot listen on ${address}: ${cause.message}.`;
  }
}
