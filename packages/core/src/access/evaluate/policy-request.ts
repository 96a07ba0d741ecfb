import { listOf } from './policy-document.ts';

/** The AWS identity that a policy is evaluated for. */
export interface PolicyPrincipal {
  readonly accountId: string;
  /**
   * The ARN of the root of an account, of a user, of a role or of a session, such as
   * `arn:aws:sts::123456789012:assumed-role/deploy/ci`.
   */
  readonly arn: string;
  /** The value of the condition key `aws:userid`. */
  readonly userId?: string | undefined;
}

/** A request that a policy allows or denies: a caller, an action and a repository. */
export interface PolicyRequest {
  /** The caller. Undefined if the caller is anonymous. */
  readonly principal: PolicyPrincipal | undefined;
  /** The action with the prefix of its service, such as `ecr:BatchGetImage` or `ecr-public:PutImage`. */
  readonly action: string;
  /** The ARN of the repository. */
  readonly resource: string;
  /**
   * The values of the condition keys of this request, such as `{ 'aws:SourceIp': '192.0.2.1' }`. Upper and lower case
   * do not matter in the names of condition keys. The keys that follow from the principal and the resource, such as
   * `aws:PrincipalArn`, need not be given.
   */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** The values of a request's condition keys, by the name of the key in lower case. */
export type ConditionKeys = ReadonlyMap<string, readonly string[]>;

/**
 * Returns the condition keys of a request: the keys in its context, and the keys that follow from its principal and its
 * resource. The context replaces keys that follow from the principal or the resource.
 */
export function conditionKeys({ principal, resource, context = {} }: PolicyRequest): ConditionKeys {
  const keys = new Map<string, readonly string[]>();
  const derived = { ...keysOf(principal), 'aws:resourceaccount': resource.split(':')[4] };
  for (const [key, value] of Object.entries(derived)) if (value) keys.set(key, [value]);
  for (const [key, values] of Object.entries(context)) keys.set(key.toLowerCase(), listOf(values));
  return keys;
}

/** The value of `aws:PrincipalType` for each kind of ARN. */
const types: ReadonlyMap<string, string> = new Map([
  ['root', 'Account'],
  ['user', 'User'],
  ['role', 'AssumedRole'],
  ['assumed-role', 'AssumedRole'],
  ['federated-user', 'FederatedUser'],
]);

function keysOf(principal: PolicyPrincipal | undefined): Readonly<Record<string, string | undefined>> {
  if (!principal) return { 'aws:principaltype': 'Anonymous', 'aws:userid': 'anonymous' };
  const { accountId, arn, userId } = principal;
  const [kind = '', ...path] = arn.split(':').slice(5).join(':').split('/');
  return {
    'aws:principalaccount': accountId,
    'aws:principalarn': roleOfSession(arn) ?? arn,
    'aws:principaltype': types.get(kind),
    'aws:userid': userId,
    'aws:username': kind === 'user' ? path.at(-1) : undefined,
  };
}

/**
 * Returns the ARN of the role of a session. Returns undefined if the ARN is not the ARN of a role's session.
 *
 * The ARN of a session does not contain the path of its role. So the result does not contain the path either.
 */
export function roleOfSession(arn: string): string | undefined {
  const [, partition, accountId, role] = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role === undefined ? undefined : `arn:${partition}:iam::${accountId}:role/${role}`;
}
