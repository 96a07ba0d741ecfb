import type { AccountIdentity, Identity, Right, Scope, Visitor } from '../access/identity.ts';
import type { Caller } from './caller.ts';
import type { Context } from './context.ts';
import { longestToken } from './signer.ts';
import { fromBase64, isObject, parseJson, toBase64 } from './text.ts';

/** The rights that a short token carries. */
export interface Grant extends Pick<Visitor, 'identity' | 'scopes' | 'service'> {
  /** The AWS account whose private registry a repository name without a host means; by default the engine's account. */
  readonly accountId?: string | undefined;
  /** The AWS region of that private registry; by default the engine's region. */
  readonly region?: string | undefined;
  /** Whether nobody has checked that the caller has this identity, because access was open. False by default. */
  readonly unchecked?: boolean | undefined;
  /** The time at which the caller's own credentials expire, in milliseconds since 1970. The token expires then as well. */
  readonly until?: number | undefined;
}

/** The content of a token that this registry issued. */
export interface Authorization extends Omit<Grant, 'until'> {
  /** Whether the token is a password from GetAuthorizationToken. All other tokens are short tokens from `/token`. */
  readonly isPassword: boolean;
  /** When the token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** The number of seconds until the token expires; 0 or less if it has expired. */
  readonly expiresIn: number;
}

/** The maximum time that a Date can represent, in milliseconds since 1970 (ECMA-262, "Time Values and Time Range"). */
const lastDate = 8.64e15;
/** The lifetime of a short token, in milliseconds: 15 minutes. */
const shortLifetime = 15 * 60 * 1000;

const scope = 'authorization';
/** The user name that `docker login` uses for Amazon ECR and for Amazon ECR Public. */
const user = 'AWS';

/**
 * Issues an authorization token in the form that AWS uses: base64 of `AWS:<password>`. The password carries the identity
 * of the caller, and is valid for one service and, for Amazon ECR, for the registries of one region. The token expires
 * after `limits.tokenLifetime`, which is 12 hours by default.
 * @param accountId the account whose private registry a repository name without a host means
 */
export async function issueToken(
  context: Context,
  caller: Caller,
  { service, accountId = caller.accountId }: { readonly service: 'ecr' | 'ecr-public'; readonly accountId?: string },
): Promise<{ authorizationToken: string; expiresAt: Date }> {
  const expiresAt = Math.min(context.clock() + context.limits.tokenLifetime, lastDate);
  const { region, visitor, unchecked } = caller;
  const identity = visitor?.identity ?? ownIdentity(caller);
  const content = { isPassword: true, identity, service, accountId, region, unchecked, expiresAt };
  const password = await seal(context, content);
  return { authorizationToken: toBase64(`${user}:${password}`), expiresAt: new Date(expiresAt) };
}

const ownIdentity = ({ accountId, principal }: Caller): AccountIdentity => ({
  kind: 'account',
  accountId,
  arn: principal,
});

/**
 * Issues a short token for `/v2/`. The token expires after 15 minutes, or when the credentials of the caller expire.
 * @returns the token, and the number of seconds until it expires
 */
export async function grantToken(
  context: Context,
  { until = lastDate, ...grant }: Grant,
): Promise<{ token: string; expiresIn: number }> {
  const now = context.clock();
  const expiresAt = Math.min(now + shortLifetime, until);
  const token = await seal(context, { isPassword: false, ...grant, scopes: grant.scopes?.map(textOf), expiresAt });
  return { token, expiresIn: Math.floor((expiresAt - now) / 1000) };
}

// The scopes of a token are texts, because a token with many scopes as JSON would be longer than `longestToken`.
const textOf = ({ repository, rights }: Scope): string => `${repository}:${rights.join()}`;

function scopeIn(text: string): Scope {
  const end = text.lastIndexOf(':');
  return { repository: text.slice(0, end), rights: text.slice(end + 1).split(',') as Right[] };
}

/** The content of a token as JSON, with its scopes as texts. */
type Sealed = Omit<Authorization, 'expiresIn' | 'scopes'> & { readonly scopes?: readonly string[] | undefined };

// The id makes each token different, so that a client sees that it got a new one.
const seal = (context: Context, content: Sealed): Promise<string> =>
  context.signer.seal(scope, JSON.stringify({ ...content, id: context.ids() }));

/**
 * Verifies a token and returns its content. The token may be a short token, a whole `authorizationToken`, or only the
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
  const content = payload === undefined ? undefined : parseJson(payload);
  // An early version of Coracle issued tokens without an identity.
  if (!isObject(content) || !isObject(content.identity)) return undefined;
  const { isPassword, identity, scopes, service, accountId, region, unchecked, expiresAt } = content;
  return {
    isPassword: isPassword === true,
    identity: identity as unknown as Identity,
    scopes: Array.isArray(scopes) ? scopes.map((text) => scopeIn(String(text))) : undefined,
    service: service as Authorization['service'],
    accountId: accountId as string | undefined,
    region: region as string | undefined,
    unchecked: unchecked === true,
    expiresAt: Number(expiresAt),
    expiresIn: Math.floor((Number(expiresAt) - context.clock()) / 1000),
  };
}
