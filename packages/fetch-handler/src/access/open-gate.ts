import { callerOf } from '../aws-json/caller.ts';
import type { ServedEngine } from '../settings.ts';
import type { Gate } from './gate.ts';

/**
 * Returns the credential in an Authorization header: for Basic the base64 of `<user>:<password>`, for Bearer the token.
 * Returns undefined if the header is missing or has another scheme.
 */
const credentialOf = (header: string | null): string | undefined =>
  /^(?:basic|bearer) +(\S+) *$/i.exec(header ?? '')?.[1];

/**
 * Makes the gate for open access: every credential is accepted, and none is needed. A credential has a meaning only if
 * this registry has issued it as a token of Amazon ECR. The token then names the account and the region of the caller.
 */
export const openGate = ({ distribution, room }: ServedEngine): Gate => ({
  isClosed: false,
  room,

  async callerOf({ headers }, { host }) {
    const credential = credentialOf(headers.get('authorization'));
    if (credential === undefined || distribution.kindOfHost(host) !== undefined) return {};
    // An authorization token is base64 of `AWS:<password>`, and clients encode user and password in the same way.
    const known = await distribution.openToken(credential);
    if (!known || known.expiresIn <= 0 || known.service === 'ecr-public') return {};
    return { accountId: known.accountId, region: known.region };
  },

  async grantFor({ authorization, password }) {
    const given = credentialOf(authorization) ?? password ?? undefined;
    const known = given === undefined ? undefined : await distribution.openToken(given);
    // A short token gives no further token. Otherwise a client could prolong it for ever.
    if (!known?.isPassword || known.expiresIn <= 0) return undefined;
    const { identity, service, accountId, region, unchecked, expiresAt: until } = known;
    return { identity, service, accountId, region, unchecked, until };
  },

  async signerOf({ headers }, url) {
    const named = callerOf({
      authorization: headers.get('authorization'),
      credential: url.searchParams.get('X-Amz-Credential'),
      host: url.host,
    });
    const caller = { ...named, unchecked: true };
    return { room, isPresigned: url.searchParams.has('X-Amz-Credential'), callerOf: async () => caller };
  },
});
