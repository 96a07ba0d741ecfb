import { kindOfHost } from '@coracle/core';

/** Says whether a host is one of AWS's own registries. */
export const isAwsHost = (host: string): boolean => kindOfHost(host) !== undefined;

/**
 * Says whether a Host header names the host and port of an origin. The default port of the origin's scheme equals no
 * port (RFC 3986, "Scheme-Based Normalization"). The scheme itself is not compared, because a proxy may end TLS.
 */
export function isHostOf(origin: URL, host: string): boolean {
  if (origin.host === host) return true;
  return urlOf(`${origin.protocol}//${host}`)?.host === origin.host;
}

/**
 * Reads a URL; undefined if the text is not a URL. It does not use `URL.canParse`, which Workers of 2022 do not have.
 */
export function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
