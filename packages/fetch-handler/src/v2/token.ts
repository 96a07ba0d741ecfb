import type { Authorization, CallOptions } from '@coracle/core';
import { decodeUtf8 } from '@coracle/core/utf8';
import { readAtMost } from '../body.ts';
import { isHostOf } from '../hosts.ts';
import type { Reveal } from '../reveal.ts';
import type { ServedEngine } from '../settings.ts';
import { errorAnswer, jsonAnswer, refusal } from './errors.ts';

/**
 * Clients of `/v2/` log in with Basic on AWS's private hosts, and elsewhere with a token from `/token` (the
 * distribution project's "Token Authentication Specification"). Access is open: every credential is accepted, and none
 * is needed. Only the registry's own tokens have a meaning: they name the account and the region of a registry.
 */

/** Gives the challenge at `GET /v2/`. A client answers it with the credentials of `docker login`. */
export function challengeOf(engine: ServedEngine, url: URL): string {
  const kind = engine.distribution.kindOfHost(url.host);
  // AWS's own hosts are reached by https, no matter who ends it.
  const { origin, host } = kind === undefined ? seenAt(engine, url) : new URL(`https://${url.host}`);
  if (kind === 'private') return `Basic realm="${origin}/",service="ecr.amazonaws.com"`;
  return `Bearer realm="${origin}/token${kind === 'public' ? '/' : ''}",service="${host}",scope="aws"`;
}

/**
 * Gives the URL of the registry as clients see it. A proxy that ends TLS passes on `http:`, but the endpoint's own
 * scheme is known.
 */
const seenAt = ({ endpoint }: ServedEngine, url: URL): URL =>
  endpoint !== undefined && isHostOf(endpoint, url.host) ? endpoint : url;

export const originOf = (engine: ServedEngine, url: URL): string => seenAt(engine, url).origin;

/**
 * Gives the credential in an Authorization header: for Basic the base64 of `<user>:<password>`, for Bearer the token.
 */
const credentialOf = (header: string | null): string | undefined =>
  /^(?:basic|bearer) +(\S+) *$/i.exec(header ?? '')?.[1];

/**
 * Gives the caller of a request to a host that does not name the registry: the account and region of the client's
 * token.
 */
export async function callerOfToken(engine: ServedEngine, request: Request, host: string): Promise<CallOptions> {
  const credential = credentialOf(request.headers.get('authorization'));
  if (credential === undefined || engine.distribution.kindOfHost(host) !== undefined) return {};
  // An authorization token is base64 of `AWS:<password>`, and clients encode user and password in the same way.
  const known = await engine.distribution.openToken(credential);
  return known ? { accountId: known.accountId, region: known.region } : {};
}

const anonymous = 'anonymous';
/** The lifetime of an anonymous token in seconds. It is that of AWS's tokens; in open access nothing ends with it. */
const lifetime = 12 * 60 * 60;
/** The minimum lifetime in seconds. Older clients assume that a token is never valid for less. */
const shortest = 60;

/** Answers `GET /token`, and `POST /token` as "Docker Registry v2 authentication using OAuth2" describes it. */
export async function answerToken(engine: ServedEngine, request: Request, reveal: Reveal): Promise<Response> {
  try {
    const credential = credentialOf(request.headers.get('authorization'));
    const given = credential ?? (request.method === 'POST' ? await credentialInForm(request) : undefined);
    const known = given === undefined ? undefined : await engine.distribution.openToken(given);
    return tokenAnswer(known && given !== undefined ? given : anonymous, known);
  } catch (error) {
    return errorAnswer(reveal(error));
  }
}

async function credentialInForm(request: Request): Promise<string | undefined> {
  const most = 64 * 1024;
  const tooLarge = () => refusal('SIZE_INVALID', 413, `A request for a token may have at most ${most} bytes`);
  const form = new URLSearchParams(decodeUtf8(await readAtMost(request, { most, tooLarge })));
  return form.get('password') ?? form.get('refresh_token') ?? undefined;
}

function tokenAnswer(token: string, known: Authorization | undefined): Response {
  return jsonAnswer(
    200,
    {
      token,
      access_token: token,
      expires_in: known ? Math.max(shortest, known.expiresIn) : lifetime,
      issued_at: new Date().toISOString(),
    },
    { 'cache-control': 'no-store' },
  );
}
