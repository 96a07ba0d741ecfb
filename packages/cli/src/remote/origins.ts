import { isLoopback } from '@coracle/registry/fetch-handler';
import { RemoteError } from './failure.ts';

/** Returns whether a host name or IP address of a URL is this machine itself. */
export const isThisMachine = (hostname: string): boolean =>
  isLoopback(hostname) || hostname.endsWith('.localhost') || /^\[::ffff:7f[\da-f]{2}:/.test(hostname);

/** Returns whether an address of a URL is only for this machine or its nearest network, such as that of cloud metadata. */
const isLocalOnly = (hostname: string): boolean =>
  isThisMachine(hostname) ||
  /^(?:169\.254|0)\./.test(hostname) ||
  /^\[(?:fe[89ab]|::\]|::ffff:(?:a9fe|0:))/.test(hostname);

/** The registry that answers send a client away from. */
export interface Home {
  readonly origin: string;
  /** Whether the user accepts a registry without encryption. */
  readonly insecure: boolean;
}

/**
 * Checks an address to which a registry sends the client: a Location, or the realm of a token.
 *
 * A registry on the network must not make this machine send requests to itself, or send content unencrypted that would
 * be encrypted otherwise.
 * @param what the name of the address in the error text, such as `Location`
 * @throws RemoteError if the address is not allowed
 */
export function checkTarget(url: URL, home: Home, what: string): void {
  const from = new URL(home.origin);
  if (url.origin === from.origin) return;
  const refuse = (why: string) =>
    new RemoteError(
      'refused',
      `The registry ${from.host} sends this command to ${url.protocol}//${url.host} (${what}), ${why}. Do not trust this registry, or ask its operator`,
    );
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('which is not a web address');
  if (isLocalOnly(url.hostname) && !isLocalOnly(from.hostname)) throw refuse('which is an address of this machine');
  if (url.protocol === 'http:' && !isThisMachine(url.hostname) && !home.insecure)
    throw refuse('which is not encrypted');
}

/**
 * Returns whether the realm of a challenge may get a password: the registry itself, each server over HTTPS, and a server
 * on this machine if the registry is on this machine too.
 */
export const mayGetPassword = (realm: URL, home: Home): boolean =>
  realm.protocol === 'https:' ||
  realm.origin === home.origin ||
  (isThisMachine(realm.hostname) && isThisMachine(new URL(home.origin).hostname));
