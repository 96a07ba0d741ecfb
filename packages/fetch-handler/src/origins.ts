import { isHostOf, urlOf } from './hosts.ts';

/**
 * The parts of a request from which `originRefusal` learns which web page sent the request. If a header is missing, its
 * member is null or undefined.
 */
export interface OriginFacts {
  readonly method: string;
  /** The value of the `Host` header: the host and port that the request was sent to. */
  readonly host: string | null | undefined;
  /** The value of the `Origin` header: the origin of the page that sent the request. */
  readonly origin: string | null | undefined;
  /** The value of the `Sec-Fetch-Site` header, such as `cross-site` or `same-origin`. */
  readonly site: string | null | undefined;
}

/** The rule that decides which web pages may change the registry. */
export interface OriginRule {
  /**
   * The origins of the pages that may change the registry, or `'*'` for every page. Pages of the registry's own origin
   * are always allowed.
   */
  readonly allowed: readonly string[] | '*';
  /** The URL at which clients reach the registry. Undefined if this URL is not known. */
  readonly endpoint: URL | undefined;
  /** The name of the option that allows an origin, for error texts: `cors.origins`. */
  readonly option: string;
}

/**
 * The HTTP methods that change nothing. The check of the origin never refuses requests with these methods, because CORS
 * already keeps pages of other origins from reading the answers.
 */
const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const otherSites: ReadonlySet<string | null | undefined> = new Set(['cross-site', 'same-site']);

/**
 * Checks whether a web page may send this request. Returns undefined if the page may send the request. Otherwise
 * returns a sentence that says why the request is refused and how to allow requests of this page.
 *
 * The check is necessary because an HTML form or a `no-cors` fetch is sent without a preflight. Without the check, a
 * page of any site could change a registry that the user's browser can reach.
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

/**
 * The maximum number of characters of an origin in an error text. A scheme, a host name of the maximum length of DNS,
 * and a port are shorter than this.
 */
const longestOrigin = 300;
export const shownOrigin = (origin: string): string => origin.slice(0, longestOrigin);

function isOwn(text: string, host: string | null | undefined, endpoint: URL | undefined): boolean {
  const origin = urlOf(text);
  if (origin === undefined) return false;
  return (host !== null && host !== undefined && isHostOf(origin, host)) || isHostOf(origin, endpoint?.host ?? '');
}
