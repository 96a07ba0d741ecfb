import { callerOf, isAwsHost } from '@coracle/registry/fetch-handler';

/**
 * The configured values of the Host header that a server accepts. The server always accepts IP addresses, private names
 * and the names of AWS too.
 */
export interface HostRules {
  /** The address or name at which the server listens; undefined if the address is not known. */
  readonly host: string | undefined;
  /** The origin in the option `endpoint`, at which clients reach the server; undefined if the option is not given. */
  readonly endpoint: URL | undefined;
  /**
   * Additional hosts that the server accepts in the Host header: a name such as `registry.example.com`, `*.example.com`
   * for all names below a domain, or `*` for every host.
   */
  readonly allowHosts: readonly string[];
}

/**
 * The endings of private host names. No page on the public web has such a host. Most endings come from RFC 6761, RFC
 * 6762 and RFC 8375, `.internal` comes from ICANN, and `.svc` is for services of Kubernetes.
 */
const privateEndings = ['.localhost', '.local', '.internal', '.test', '.home.arpa', '.svc'];

/**
 * Returns whether the server answers requests with this name in their Host header.
 *
 * The check protects against DNS rebinding. The owner of `evil.example` can make that name resolve to 127.0.0.1. The
 * browser then treats the server as the page's own origin, and the page may send any request. Such a request still has
 * `evil.example` in its Host header. The Host header of a request from such a page is never an IP address or a private
 * name.
 * @param name the host name in the form that `nameOf` returns
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

/**
 * Removes the dot at the end of a host name, which stands for the root of DNS. The name has the same meaning without
 * the dot.
 */
const withoutRoot = (name: string): string => name.replace(/\.$/, '');

const isAddress = (name: string): boolean => name.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(name);

const allows = (allowed: string, name: string): boolean =>
  allowed === '*' || (allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed);

/**
 * Returns the host name in a Host header or in the target of a request, without the port and without a dot at the end.
 * @returns undefined if the host is invalid
 */
export function nameOf(host: string): string | undefined {
  // With these characters a URL has more parts than a host, for example a user or a path.
  if (/[@/\\?#\s]/.test(host) || !URL.canParse(`http://${host}/`)) return undefined;
  return withoutRoot(new URL(`http://${host}/`).hostname);
}

/** Returns whether a text is valid in the option `allowHosts`: a host name, `*.` followed by a domain, or `*`. */
export function isHostRule(text: string): boolean {
  const name = text.replace(/^\*\./, '').toLowerCase();
  return text === '*' || (!name.includes('*') && nameOf(name) === name);
}

/**
 * Checks the option `allowHosts`.
 * @throws TypeError if the option is not a list, or if an entry cannot match the host of any request
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
