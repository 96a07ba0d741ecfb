import { kindOfHost } from '@coracle/core';

/** Whether a host is one of a registry of AWS's own. */
export const isAwsHost = (host: string): boolean => kindOfHost(host) !== undefined;

/**
 * Whether a Host header names the host and port of an origin. The default port of the origin's scheme equals no port
 * (RFC 3986, "Scheme-Based Normalization"). The scheme itself is not compared: a proxy may end TLS.
 */
export function isHostOf(origin: URL, host: string): boolean {
  if (origin.host === host) return true;
  return URL.canParse(`${origin.protocol}//${host}`) && new URL(`${origin.protocol}//${host}`).host === origin.host;
}
