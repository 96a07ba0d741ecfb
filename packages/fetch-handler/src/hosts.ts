import { kindOfHost } from '@coracle/core';

/**
 * Returns whether a host name is one that AWS gives to its own registries, such as `public.ecr.aws` or
 * `<account>.dkr.ecr.<region>.amazonaws.com`.
 */
export const isAwsHost = (host: string): boolean => kindOfHost(host) !== undefined;

/**
 * Returns whether the value of a Host header names the host and port of `origin`.
 *
 * A missing port equals the default port of the origin's scheme (RFC 3986, "Scheme-Based Normalization"). The scheme of
 * the request is not compared, because it is `http:` behind a proxy that ends TLS.
 */
export function isHostOf(origin: URL, host: string): boolean {
  if (origin.host === host) return true;
  return urlOf(`${origin.protocol}//${host}`)?.host === origin.host;
}

/** Returns whether only clients on the same machine can reach a host name: `localhost`, 127.0.0.0/8 or `::1`. */
export const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || /^\[?::1\]?$/.test(host);

/**
 * Parses a URL. Returns undefined if the text is not a valid URL. `URL.canParse` is not used, because Workers with
 * compatibility dates of 2022 do not have it.
 */
export function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
