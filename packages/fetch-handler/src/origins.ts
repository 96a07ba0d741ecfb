import { isHostOf, urlOf } from './hosts.ts';

/** The headers in which a browser says which page has sent a request. A missing header is null or undefined. */
export interface OriginFacts {
  readonly method: string;
  /** `Host`: the host and port that the request was sent to. */
  readonly host: string | null | undefined;
  /** `Origin`. */
  readonly origin: string | null | undefined;
  /** `Sec-Fetch-Site`. */
  readonly site: string | null | undefined;
}

/** The rule which pages may change a registry. */
export interface OriginRule {
  /** The origins that are allowed besides the registry's own, or `'*'` for every page. */
  readonly allowed: readonly string[] | '*';
  /** The origin at which clients reach the registry, if it is known. */
  readonly endpoint: URL | undefined;
  /** The option that allows an origin, as its user writes it: `cors.origins`. */
  readonly option: string;
}

/** The methods that change nothing. CORS keeps other pages from reading their answers. */
const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const otherSites: ReadonlySet<string | null | undefined> = new Set(['cross-site', 'same-site']);

/**
 * Says in a sentence why a request from a page is refused; undefined if it is answered. A form or a `no-cors` fetch
 * needs no preflight, so a page of any site could write to a registry that its user can reach.
 */
export function originRefusal(
  { method, host, origin, site }: OriginFacts,
  { allowed, endpoint, option }: OriginRule,
): string | undefined {
  if (allowed === '*' || reads.has(method)) return undefined;
  if (origin === null || origin === undefined) {
    return otherSites.has(site)
      ? `A page of another site may not change this registry: allow the page's origin with ${option}`
      : undefined;
  }
  if (allowed.includes(origin) || isOwn(origin, host, endpoint)) return undefined;
  return `Pages of ${shownOrigin(origin)} may not change this registry: allow the origin with ${option}`;
}

/** The maximum length of a shown origin: a scheme, a name as long as DNS allows, and a port. */
const longestOrigin = 300;
export const shownOrigin = (origin: string): string => origin.slice(0, longestOrigin);

function isOwn(text: string, host: string | null | undefined, endpoint: URL | undefined): boolean {
  const origin = urlOf(text);
  if (origin === undefined) return false;
  return (host !== null && host !== undefined && isHostOf(origin, host)) || isHostOf(origin, endpoint?.host ?? '');
}
