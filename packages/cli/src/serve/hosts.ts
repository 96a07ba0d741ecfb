import { callerOf, isAwsHost } from '@coracle/registry/fetch-handler';

/** The hosts that a server answers for, besides the hosts that every server answers for. */
export interface HostRules {
  /** The address or name at which it listens, if it is known. */
  readonly host: string | undefined;
  /** The origin at which clients reach the server, if it differs from `host`. */
  readonly endpoint: URL | undefined;
  /** Names such as `registry.example.com`, `*.example.com` for all below a name, or `*` for all. */
  readonly allowHosts: readonly string[];
}

/** Endings of names that no public page can have: RFC 6761, 6762, 8375, ICANN's `.internal`, and Kubernetes' services. */
const privateEndings = ['.localhost', '.local', '.internal', '.test', '.home.arpa', '.svc'];

/**
 * Says whether the server answers requests whose Host header has this name.
 *
 * This protects against DNS rebinding. The owner of `evil.example` can make that name resolve to 127.0.0.1. The browser
 * then treats the server as the page's own origin, and the page may send any request. Such a request still has
 * `evil.example` in its Host header. An IP address or a private name in the Host header cannot come from such a page.
 * @param name the name as `nameOf` gives it
 */
export function answersFor(name: string, { host, endpoint, allowHosts }: HostRules): boolean {
  return (
    isAddress(name) ||
    !name.includes('.') ||
    privateEndings.some((ending) => name.endsWith(ending)) ||
    (host !== undefined && name === withoutRoot(host.toLowerCase())) ||
    (endpoint !== undefined && name === withoutRoot(endpoint.hostname)) ||
    isAwsHost(name) ||
    callerOf({ host: name }).region !== undefined ||
    allowHosts.some((allowed) => allows(allowed.toLowerCase(), name))
  );
}

/** Removes the dot of the root at the end of a name. The name means the same without it. */
const withoutRoot = (name: string): string => name.replace(/\.$/, '');

const isAddress = (name: string): boolean => name.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(name);

const allows = (allowed: string, name: string): boolean =>
  allowed === '*' || (allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed);

/**
 * Gives the host name in a Host header or in a request's target, without the port and without a dot at the end.
 * @returns undefined if the host is invalid
 */
export function nameOf(host: string): string | undefined {
  // These characters of a URL mean more than a host, for example a user before it.
  if (/[@/\\?#\s]/.test(host) || !URL.canParse(`http://${host}/`)) return undefined;
  return withoutRoot(new URL(`http://${host}/`).hostname);
}

/** Says whether a text can be given as a host to answer for. */
export function isHostRule(text: string): boolean {
  const name = text.replace(/^\*\./, '').toLowerCase();
  return text === '*' || (!name.includes('*') && nameOf(name) === name);
}

/**
 * Checks the hosts to answer for.
 * @throws TypeError if one of the hosts to answer for cannot be the host of any request
 */
export function checkHostRules(allowHosts: readonly string[]): void {
  if (!Array.isArray(allowHosts))
    throw new TypeError(
      `allowHosts must be a list of host names such as ['registry.example.com'], not '${allowHosts}'`,
    );
  const wrong = allowHosts.find((host) => !isHostRule(host));
  if (wrong === undefined) return;
  throw new TypeError(`allowHosts must hold names such as registry.example.com, *.example.com or *, not '${wrong}'`);
}
