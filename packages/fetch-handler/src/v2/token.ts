import { decodeUtf8 } from '@coracle/core/utf8';
import type { Gate } from '../access/gate.ts';
import { readAtMost } from '../body.ts';
import { isHostOf, isLoopback } from '../hosts.ts';
import type { ServedEngine, Settings } from '../settings.ts';
import { errorAnswer, jsonAnswer, refusal } from './errors.ts';
import { readScopes } from './scopes.ts';

/**
 * Returns the URL under which clients reach the registry. This is the engine's `endpoint` if its host is the host of the
 * request, because the URL of the request may be wrong behind a proxy: it has the scheme `http:` although the client
 * used `https:`.
 *
 * If access is closed, this is always the `endpoint`, so that no other host can get the credentials of a client. An
 * `endpoint` on the own machine is the exception, because other machines reach it under another host.
 */
export function seenAt({ endpoint }: ServedEngine, url: URL, gate: Gate): URL {
  if (endpoint === undefined || isHostOf(endpoint, url.host)) return endpoint ?? url;
  return gate.isClosed && !isLoopback(endpoint.hostname) ? endpoint : url;
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
 * OAuth2" describes it. The answer has a token that is valid for 15 minutes, and only for the scopes that the client
 * asks for. If access is open, a client without a login of this registry gets an anonymous token.
 */
export async function answerToken(
  { distribution }: ServedEngine,
  { gate, reveal }: Settings,
  request: Request,
  url: URL,
): Promise<Response> {
  try {
    const form = request.method === 'POST' ? await formOf(request, gate) : undefined;
    const texts = [...url.searchParams.getAll('scope'), ...(form?.getAll('scope') ?? [])];
    const grant = await gate.grantFor({
      authorization: request.headers.get('authorization'),
      // An authorization token of AWS can be the refresh token of a form.
      user: form?.get('username') ?? 'AWS',
      password: form?.get('password') ?? form?.get('refresh_token') ?? null,
    });
    if (!grant) return tokenAnswer(anonymous, lifetime);
    const { token, expiresIn } = await distribution.grantToken({ ...grant, scopes: readScopes(texts) });
    return tokenAnswer(token, Math.max(shortest, expiresIn));
  } catch (error) {
    const shown = reveal(error);
    // A Bearer challenge would send the client here again.
    return errorAnswer(
      shown,
      shown.ociCode === 'UNAUTHORIZED' ? { 'www-authenticate': `Basic realm="${url.origin}/token"` } : {},
    );
  }
}

async function formOf(request: Request, { room }: Gate): Promise<URLSearchParams> {
  const most = 64 * 1024;
  const tooLarge = () => refusal('SIZE_INVALID', 413, `A request for a token may have at most ${most} bytes`);
  return new URLSearchParams(decodeUtf8(await readAtMost(request, { most, tooLarge, room })));
}

function tokenAnswer(token: string, expiresIn: number): Response {
  return jsonAnswer(
    200,
    { token, access_token: token, expires_in: expiresIn, issued_at: new Date().toISOString() },
    { 'cache-control': 'no-store' },
  );
}
