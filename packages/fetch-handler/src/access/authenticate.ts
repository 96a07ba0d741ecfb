import type { UserIdentity } from '@coracle/core';
import { decodeUtf8 } from '@coracle/core/utf8';
import { jwtVerifier, looksLikeJwt } from './jwt.ts';
import { type AccessOptions, tokenUser } from './options.ts';
import { passwordChecker } from './users.ts';

/**
 * The credentials of a request. A token still has to be opened by the registry. `until` is the time at which the
 * credentials expire, in milliseconds since 1970.
 */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'user'; readonly identity: UserIdentity; readonly until?: number }
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'refused' };

/** Reads the credentials of requests, and checks passwords and JWTs. */
export interface Authenticator {
  /** Reads an Authorization header, with Basic (RFC 7617) or Bearer (RFC 6750) authentication. */
  readonly ofHeader: (header: string | null) => Promise<Credentials>;
  readonly ofPassword: (login: { readonly user: string; readonly password: string }) => Promise<Credentials>;
}

/** The maximum length of an Authorization header, in characters. A longer header is not decoded. */
const longestHeader = 16 * 1024;

export function authenticator({ users = [], jwt, clock = Date.now }: AccessOptions): Authenticator {
  const findUser = passwordChecker(users);
  const verify = jwt && jwtVerifier(jwt, clock);

  /** Returns the user of a JWT. Any other text may be a token of the registry. */
  async function ofToken(text: string): Promise<Credentials> {
    if (!looksLikeJwt(text)) return { kind: 'token', text };
    const user = await verify?.(text);
    return user ? { kind: 'user', ...user } : { kind: 'refused' };
  }

  async function ofPassword({ user, password }: { user: string; password: string }): Promise<Credentials> {
    if (user === tokenUser) return ofToken(password);
    const found = await findUser(user, password);
    if (found) return { kind: 'user', identity: { kind: 'user', name: found.name, rights: found.rights } };
    return looksLikeJwt(password) ? ofToken(password) : { kind: 'refused' };
  }

  return {
    ofPassword,
    async ofHeader(header) {
      if (header === null) return { kind: 'none' };
      if (header.length > longestHeader) return { kind: 'refused' };
      const [, scheme = '', text = ''] = /^(basic|bearer) +(\S+) *$/i.exec(header) ?? [];
      if (scheme.toLowerCase() === 'bearer') return ofToken(text);
      const pair = scheme === '' ? undefined : textIn(text);
      const colon = pair?.indexOf(':') ?? -1;
      if (pair === undefined || colon === -1) return { kind: 'refused' };
      return ofPassword({ user: pair.slice(0, colon), password: pair.slice(colon + 1) });
    },
  };
}

function textIn(base64: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return decodeUtf8(bytes, { fatal: true });
  } catch {
    return undefined;
  }
}
