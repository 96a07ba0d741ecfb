/** The hosts whose requests a registry answers: names of hosts, or a function. */
export type Hosts = readonly string[] | ((url: URL) => boolean);

/** One entry of a list of hosts. */
interface Host {
  readonly name: string;
  /** Whether the entry stands for all hosts below `name`, and not for `name` itself. */
  readonly isWildcard: boolean;
  /** Undefined if the entry stands for the default port of the scheme. */
  readonly port: string | undefined;
}

/**
 * Returns a function that decides whether a registry answers the requests to a URL.
 * @param site the URL of the service worker's script
 * @throws TypeError if `hosts` is invalid, or if it contains the host of the site
 */
export function matcherOf(hosts: Hosts, site: URL): (url: URL) => boolean {
  if (typeof hosts === 'function') return (url) => decisionOf(hosts(url));
  if (!Array.isArray(hosts)) {
    throw new TypeError(
      `hosts must be a list of host names such as ['registry.example'], or a function such as (url) => url.host === 'registry.example', not ${show(hosts)}`,
    );
  }
  if (hosts.length === 0) {
    throw new TypeError("hosts is an empty list: add the host name of the registry, such as 'registry.example'");
  }
  const parsed = hosts.map(parseHost);
  const own = parsed.findIndex((host) => matches(host, site));
  if (own !== -1) {
    throw new TypeError(
      `hosts[${own}] is '${hosts[own]}', which includes the host of this site, '${site.host}'. The registry would answer the site's own files with 404. Use another host name, such as 'registry.example', which need not exist, or a function such as (url) => url.pathname.startsWith('/v2/')`,
    );
  }
  return (url) => parsed.some((host) => matches(host, url));
}

/** Checks the result of the user's function. A promise would be taken as true, and the page would not load any more. */
function decisionOf(result: unknown): boolean {
  if (typeof result === 'boolean') return result;
  throw new TypeError(`The function hosts must return true or false, not ${show(result)}, and it must not be async`);
}

function parseHost(entry: unknown, index: number): Host {
  const text = String(entry);
  const [, wildcard, name = '', port] = /^(\*\.)?([^*/\\?#@\s]+?)(?::(\d+))?$/.exec(text) ?? [];
  const url = urlOf(`http://${name}${port === undefined ? '' : `:${port}`}/`);
  if (typeof entry !== 'string' || url === undefined) {
    const meant = typeof entry === 'string' ? hostIn(text) : undefined;
    throw new TypeError(
      `hosts[${index}] must be a host name such as 'registry.example', 'localhost:4747' or '*.registry.example', not ${show(entry)}${meant === undefined ? '' : `; did you mean '${meant}'?`}`,
    );
  }
  return { name: url.hostname, isWildcard: wildcard !== undefined, port: port && String(Number(port)) };
}

/** Returns the host in a text that is a URL, or a host with a path. Returns undefined for any other text. */
function hostIn(text: string): string | undefined {
  const host = urlOf(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)?.host;
  return host === '' || host?.includes('*') ? undefined : host;
}

function matches({ name, isWildcard, port }: Host, url: URL): boolean {
  const isNamed = isWildcard ? url.hostname.endsWith(`.${name}`) : url.hostname === name;
  return isNamed && (port === undefined ? url.port === '' : port === portOf(url));
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

const show = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : Object.prototype.toString.call(value).slice(8, -1);
