import type { RegistryError } from '@coracle/core';
import type { ServedEngine, Settings } from '../settings.ts';
import { errorAnswer, refusal } from './errors.ts';
import { findRoute } from './router.ts';
import { seenAt } from './token.ts';

/** A request that was refused because it needs other credentials. */
interface Refused {
  readonly engine: ServedEngine;
  readonly settings: Settings;
  readonly request: Request;
  readonly url: URL;
}

/**
 * Makes the answer to a request that needs other credentials: 401 with a challenge, after which clients log in or
 * request a token (the distribution project's "Token Authentication Specification").
 *
 * ECR Public answers an expired or wrong token with 400 instead, so clients do not log in again. `quirks: 'aws'`
 * imitates this.
 */
export function unauthorizedAnswer(error: RegistryError, { engine, settings, request, url }: Refused): Response {
  const isPublic = engine.distribution.kindOfHost(url.host) === 'public';
  if (settings.quirks === 'aws' && isPublic && request.headers.has('authorization')) {
    return errorAnswer(refusal('DENIED', 400, error.message));
  }
  return errorAnswer(error, { 'www-authenticate': challengeOf(engine, settings, request, url) });
}

/** Returns the value of the WWW-Authenticate header. It tells clients how to send the credentials of `docker login`. */
function challengeOf(engine: ServedEngine, { gate }: Settings, request: Request, url: URL): string {
  const kind = engine.distribution.kindOfHost(url.host);
  // Clients reach AWS's own hosts by https, also if a proxy ends TLS.
  const { origin, host } = kind === undefined ? seenAt(engine, url, gate) : new URL(`https://${url.host}`);
  if (kind === 'private') return `Basic realm="${origin}/",service="ecr.amazonaws.com"`;
  const realm = `Bearer realm="${origin}/token${kind === 'public' ? '/' : ''}",service="${host}"`;
  if (!gate.isClosed || kind === 'public') return `${realm},scope="aws"`;
  const scope = scopeOf(request, url);
  return scope === undefined ? realm : `${realm},scope="${scope}"`;
}

/**
 * Returns the scope of the token that a request needs. Returns undefined if the request needs no rights, or if a name in
 * its path cannot be written into a header.
 */
function scopeOf({ method }: Request, { pathname }: URL): string | undefined {
  const path = pathname.slice('/v2/'.length);
  if (path === '_catalog') return 'registry:catalog:*';
  const { name, endpoint } = findRoute(path) ?? {};
  if (name === undefined || !/^[\w./-]+$/.test(name)) return undefined;
  // The progress of an upload is for those who may push.
  const isPull = (method === 'GET' || method === 'HEAD') && endpoint !== 'upload';
  return `repository:${name}:${isPull ? 'pull' : 'pull,push'}`;
}
