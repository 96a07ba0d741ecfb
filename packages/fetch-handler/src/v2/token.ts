import type { Authorization, CallOptions } from '@coracle/core';
import { decodeUtf8 } from '@coracle/core/utf8';
import { readAtMost } from '../body.ts';
import { isHostOf } from '../hosts.ts';
import type { Reveal } from '../reveal.ts';
import type { ServedEngine } from '../settings.ts';
import { errorAnswer, jsonAnswer, refusal } from './errors.ts';

/**
 * Reads and issues the credentials of `/v2/`. Clients use Basic authentication on the hosts of AWS's private
 * registries. Everywhere else they use a token from `/token` (the distribution project's "Token Authentication
 * Specification").
 *
 * Access is open: every credential is accepted, and none is needed. A credential has a meaning only if this registry
 * has issued it: the credential then names the account and the region of the caller.
 */

/**
 * Returns the value of the WWW-Authenticate header of `GET /v2/`. The header tells clients how to send the credentials
 * of `docker login`.
 */
export function challengeOf(engine: ServedEngine, url: URL): string {
  const kind = engine.distribution.kindOfHost(url.host);
  // Clients reach AWS's own hosts by https, also if a proxy ends TLS.
  const { origin, host } = kind === undefined ? seenAt(engine, url) : new URL(`https://${url.host}`);
  if (kind === 'private') return `Basic realm="${origin}/",service="ecr.amazonaws.com"`;
  return `Bearer realm="${origin}/token${kind === 'public' ? '/' : ''}",service="${host}",scope="aws"`;
}

/**
 * Returns the URL under which clients reach the registry: the engine's `endpoint` if its host is the host of the
 * request, and the URL of the request otherwise. The URL of the request may be wrong behind a proxy: it has the scheme
 * `http:` although the client used `https:`.
 */
const seenAt = ({ endpoint }: ServedEngine, url: URL): URL =>
  endpoint !== undefined && isHostOf(endpoint, url.host) ? endpoint : url;

export const originOf = (engine: ServedEngine, url: URL): string => seenAt(engine, url).origin;

/**
 * Returns the credential in an Authorization header: for Basic the base64 of `<user>:<password>`, for Bearer the token.
 * Returns undefined if the header is missing or has another scheme.
 */
const credentialOf = (header: string | null): string | undefined =>
  /^(?:basic|bearer) +(\S+) *$/i.exec(header ?? '')?.[1];

/**
 * Returns the account and region that the client's token names. Returns an empty object if the request has no token
 * that this registry issued, or if the host itself already names the registry.
 */
export async function callerOfToken(engine: ServedEngine, request: Request, host: string): Promise<CallOptions> {
  const credential = credentialOf(request.headers.get('authorization'));
  if (credential === undefined || engine.distribution.kindOfHost(host) !== undefined) return {};
  // An authorization token is base64 of `AWS:<password>`, and clients encode user and password in the same way.
  const known = await engine.distribution.openToken(credential);
  return known ? { accountId: known.accountId, region: known.region } : {};
}

const anonymous = 'anonymous';
/**
 * The stated lifetime of an anonymous token, in seconds. The tokens of AWS have the same lifetime. Access is open, so
 * nothing changes when the token expires.
 */
const lifetime = 12 * 60 * 60;
/**
 * The minimum lifetime of a token in an answer, in seconds. Older clients assume that every token is valid for at least
 * this long.
 */
const shortest = 60;

/**
 * Answers `GET /token`, and `POST /token` as the distribution project's "Docker Registry v2 authentication using
 * OAuth2" describes it. If this registry issued the client's credential, the answer contains the credential again.
 * Otherwise the answer contains an anonymous token.
 */
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
