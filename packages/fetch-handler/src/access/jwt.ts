import type { Right, UserIdentity } from '@coracle/core';
import { decodeUtf8, encodeUtf8 } from '@coracle/core/utf8';
import type { JwtOptions } from './options.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';

/** A user that a JWT names, and the time at which the JWT expires, in milliseconds since 1970. */
export interface JwtUser {
  readonly identity: UserIdentity;
  readonly until: number;
}

/** The maximum length of a JWT, in characters. A longer text is not decoded. */
const longestJwt = 8192;

const form = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** Returns whether a text has the form of a JWT. The tokens of the registry do not have this form. */
export const looksLikeJwt = (text: string): boolean => text.length <= longestJwt && form.test(text);

/**
 * Makes the function that verifies a JWT (RFC 7519) with the signature ES256. The function returns the user that the JWT
 * names, or undefined if the signature is wrong, or if the JWT is expired or gives no right.
 *
 * The claim `capabilities` lists the rights, as in the JWTs of Cloudflare's serverless-registry. The claim `exp` is
 * necessary. The claim `aud` is not checked, because a registry does not know the URL for which a JWT was made.
 */
export function jwtVerifier(
  { publicKey }: JwtOptions,
  clock: () => number,
): (jwt: string) => Promise<JwtUser | undefined> {
  const jwk = readPublicKey(publicKey);
  // The key is kept and not a promise of it, because in a Worker the promise of another request may never settle.
  let imported: CryptoKey | undefined;

  return async (jwt) => {
    if (!looksLikeJwt(jwt)) return undefined;
    const [, head = '', body = '', signature = ''] = form.exec(jwt) ?? [];
    // The algorithm is fixed. Otherwise the sender of a JWT could choose an algorithm without a signature.
    const { alg, crit } = jsonIn(head) ?? {};
    // A JWT with an extension that the recipient does not know is invalid (RFC 7515, section 4.1.11).
    if (alg !== 'ES256' || crit !== undefined) return undefined;
    const { subtle } = crypto;
    if (subtle === undefined) {
      throw new Error('JWTs need crypto.subtle, which a page has only over https or on localhost');
    }
    imported ??= await importKey(subtle, jwk);
    const bytes = bytesIn(signature);
    const signed = encodeUtf8(`${head}.${body}`);
    if (!bytes || !(await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, bytes, signed))) return undefined;
    return userIn(jsonIn(body) ?? {}, clock());
  };
}

async function importKey(subtle: SubtleCrypto, jwk: PublicKey): Promise<CryptoKey> {
  try {
    return await subtle.importKey('jwk', { ...jwk }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  } catch (cause) {
    throw new Error('access.jwt.publicKey is not a point of the curve P-256', { cause });
  }
}

function userIn(claims: Readonly<Record<string, unknown>>, now: number): JwtUser | undefined {
  const { exp, nbf = 0, capabilities, username, sub } = claims;
  // JSON can have a number that becomes infinite. A JWT that never expires is refused.
  if (!Number.isFinite(exp) || typeof exp !== 'number' || typeof nbf !== 'number') return undefined;
  if (now >= exp * 1000 || now < nbf * 1000) return undefined;
  const listed: readonly unknown[] = Array.isArray(capabilities) ? capabilities : [];
  const rights = (['pull', 'push'] as const satisfies Right[]).filter((right) => listed.includes(right));
  if (rights.length === 0) return undefined;
  const name = [username, sub].find((one) => typeof one === 'string' && /^[\w+=,.@-]{1,64}$/.test(one)) ?? 'jwt';
  return { identity: { kind: 'user', name: String(name), rights, source: 'jwt' }, until: exp * 1000 };
}

function jsonIn(encoded: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytesIn(encoded) ?? new Uint8Array(), { fatal: true }));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function bytesIn(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
