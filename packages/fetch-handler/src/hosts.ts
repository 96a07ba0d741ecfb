import { kindOfHost } from '@coracle/core';

/** Whether a host is one of a registry of AWS's own. */
export const isAwsHost = (host: string): boolean => kindOfHost(host) !== undefined;

/**
 * Whether a Host header names the host and port of an origin. The default port of the origin's scheme equals no port
 * (RFC 3986, "Scheme-Based Normalization"). The scheme itself is not compared: a proxy may end TLS.
 */
export function isHostOf(origin: URL, host: string): boolean {
  if (origin.host === host) return true;
  return urlOf(`${origin.protocol}//${host}`)?.host === origin.host;
}

/** Reads a URL; undefined if the text is none. Not `URL.canParse`, which Workers of 2022 have not. */
export function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
