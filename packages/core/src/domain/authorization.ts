import type { Caller } from './caller.ts';
import type { Context } from './context.ts';
import { longestToken } from './signer.ts';
import { fromBase64, isObject, parseJson, toBase64 } from './text.ts';

/** The content of an authorization token that this registry issued. */
export interface Authorization extends Omit<Caller, 'principal'> {
  readonly service: 'ecr-public' | 'ecr';
  /** When the token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** The number of seconds until the token expires; 0 or less if it has expired. */
  readonly expiresIn: number;
}

/** The maximum time that a Date can represent, in milliseconds since 1970 (ECMA-262, "Time Values and Time Range"). */
const lastDate = 8.64e15;

const scope = 'authorization';
/** The user name that `docker login` uses for Amazon ECR and for Amazon ECR Public. */
const user = 'AWS';

/**
 * Issues an authorization token in the form that AWS uses: base64 of `AWS:<password>`. The password contains the
 * account of the caller, and is signed by this registry. The token expires after `limits.tokenLifetime`, which is 12
 * hours by default.
 */
export async function issueToken(
  context: Context,
  caller: Omit<Caller, 'principal'>,
  service: Authorization['service'],
): Promise<{ authorizationToken: string; expiresAt: Date }> {
  const expiresAt = Math.min(context.clock() + context.limits.tokenLifetime, lastDate);
  const { accountId, region } = caller;
  const password = await context.signer.seal(
    scope,
    JSON.stringify({ service, accountId, region, expiresAt, id: context.ids() }),
  );
  return { authorizationToken: toBase64(`${user}:${password}`), expiresAt: new Date(expiresAt) };
}

/**
 * Verifies an authorization token and returns its content. The token may be a whole `authorizationToken`, or only the
 * password inside it.
 *
 * Does not check whether the token has expired: the caller decides what an expired token may still be used for. A token
 * that AWS issued is longer than `longestToken`, and is rejected before it is decoded.
 * @returns undefined if this registry did not issue the token
 */
export async function openToken(context: Context, token: string): Promise<Authorization | undefined> {
  if (token.length > longestToken) return undefined;
  const decoded = fromBase64(token);
  const password = decoded?.startsWith(`${user}:`) ? decoded.slice(user.length + 1) : token;
  const payload = await context.signer.open(scope, password);
  const claims = payload === undefined ? undefined : parseJson(payload);
  if (!isObject(claims)) return undefined;
  const { service, accountId, region, expiresAt } = claims;
  if (service !== 'ecr' && service !== 'ecr-public') return undefined;
  return {
    service,
    accountId: String(accountId),
    region: String(region),
    expiresAt: Number(expiresAt),
    expiresIn: Math.floor((Number(expiresAt) - context.clock()) / 1000),
  };
}
