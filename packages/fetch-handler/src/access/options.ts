import { type Right, refuseUnknown } from '@coracle/core';
import { readPublicKey } from './public-key.ts';

/**
 * Says who may use a registry: `'open'` for everyone, or an object that closes the registry and lists the callers that
 * may come in.
 */
export type Access = 'open' | AccessOptions;

/**
 * The callers that may use a registry whose access is closed. At least one of `keys`, `users`, `jwt` and `anonymousPull` is
 * necessary.
 */
export interface AccessOptions {
  /**
   * The AWS access keys that may sign requests: a list, or a function that finds an access key by its id, for example in
   * a database. If the function returns the same object each time, the check of a signature is faster.
   */
  readonly keys?: readonly AccessKey[] | FindKey;
  /** The users that may log in to `/v2/` with a name and a password. */
  readonly users?: readonly User[];
  /**
   * The public key of the JWTs that clients of `/v2/` may use as a password or as a Bearer token. The JWTs are signed with
   * ES256, and their claim `capabilities` lists the rights `pull` and `push`.
   */
  readonly jwt?: JwtOptions;
  /** Whether callers without credentials may pull public images. False by default. Private images always need a login. */
  readonly anonymousPull?: boolean;
  /**
   * The secret with which the registry makes its tokens: at least 32 bytes, for example from `openssl rand -hex 32`. In a
   * list, the first secret makes tokens, and each secret opens them. `createRegistry()` uses it as its option `secret`. For
   * `createFetchHandler()`, pass `secret` to `createEngine()` instead.
   */
  readonly tokenSecret?: string | readonly string[];
  /**
   * Returns the time in milliseconds since 1970 by which signatures and JWTs expire; `Date.now` by default. Tokens of the
   * registry expire by the registry's own option `clock`.
   */
  readonly clock?: () => number;
  /**
   * Returns the IP address of the client that sent a request. Conditions of repository policies see it as `aws:SourceIp`.
   * By default this condition key is missing.
   */
  readonly sourceIp?: (request: Request) => string | undefined;
}

/** An AWS access key that may sign requests. Temporary credentials also have a session token, and expire. */
export interface AccessKey {
  /** The id of the key, such as `AKIAIOSFODNN7EXAMPLE`: letters, digits and underscores. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The session token of temporary credentials. If it is set, each request must send it. */
  readonly sessionToken?: string | undefined;
  /** The time at which the key expires. By default the key does not expire. */
  readonly expiration?: Date | undefined;
  /** The AWS account of the key, 12 digits; by default the account in `principal`, or else the account of the registry. */
  readonly accountId?: string | undefined;
  /** The ARN of the IAM user or role that has the key; by default the root of the account. */
  readonly principal?: string | undefined;
}

/** Returns the access key with an id, or undefined if no such access key exists. */
export type FindKey = (accessKeyId: string) => AccessKey | undefined | Promise<AccessKey | undefined>;

/** A user that may log in to `/v2/`. The rights apply to all repositories of the registry's own account. */
export interface User {
  /** The name with which the user logs in. It has no colon, and is not `AWS`, because clients send tokens as `AWS`. */
  readonly name: string;
  /** The password with which the user logs in. It is not empty. */
  readonly password: string;
  /** The rights of the user: `['pull']` to read images, `['pull', 'push']` to write and delete them as well. */
  readonly rights: readonly Right[];
}

/** The option that accepts JWTs. */
export interface JwtOptions {
  /** The public key (ES256, P-256) as a JWK, or the base64 of its JSON. */
  readonly publicKey: JsonWebKey | string;
}

const members = [
  'keys',
  'users',
  'jwt',
  'anonymousPull',
  'tokenSecret',
  'clock',
  'sourceIp',
] as const satisfies (keyof AccessOptions)[];
const keyMembers = [
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'expiration',
  'accountId',
  'principal',
] as const satisfies (keyof AccessKey)[];
const userMembers = ['name', 'password', 'rights'] as const satisfies (keyof User)[];
const callers = ['keys', 'users', 'jwt', 'anonymousPull'] as const satisfies (keyof AccessOptions)[];

const demand = (holds: boolean, sentence: string): void => {
  if (!holds) throw new TypeError(sentence);
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const demandText = (at: string, value: unknown): void =>
  demand(isText(value), `${at} must be a text that is not empty`);
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/**
 * Checks the option `access` of a closed registry.
 * @throws TypeError that names the invalid member; the text never contains a secret
 */
export function checkAccess(access: AccessOptions): void {
  demand(
    typeof access === 'object' && access !== null && !Array.isArray(access),
    "access must be 'open' or an object such as { users: [{ name, password, rights: ['pull', 'push'] }] }",
  );
  refuseUnknown('access', access, members, 'member');
  const { keys, users, jwt, anonymousPull, tokenSecret, clock, sourceIp } = access;
  demand(
    callers.some((name) => access[name] !== undefined && access[name] !== false && !isEmptyList(access[name])),
    `access lets nobody in: set one of ${callers.join(', ')}, or write access: 'open'`,
  );
  demand(
    tokenSecret === undefined,
    'access.tokenSecret is an option of createRegistry(): for a fetch handler, pass secret to createEngine()',
  );
  demand(
    anonymousPull === undefined || typeof anonymousPull === 'boolean',
    'access.anonymousPull must be true or false',
  );
  for (const [name, value] of Object.entries({ clock, sourceIp })) {
    demand(value === undefined || typeof value === 'function', `access.${name} must be a function`);
  }
  if (keys !== undefined && typeof keys !== 'function') checkKeys(keys);
  if (users !== undefined) checkUsers(users);
  if (jwt !== undefined) {
    refuseUnknown('access.jwt', jwt, ['publicKey'], 'member');
    readPublicKey(jwt.publicKey);
  }
}

function checkKeys(keys: readonly AccessKey[]): void {
  demand(Array.isArray(keys), 'access.keys must be a list of access keys, or a function that finds an access key');
  for (const [i, key] of keys.entries()) {
    // A misspelled `expiration` would make a key that never expires.
    refuseUnknown(`access.keys[${i}]`, withoutSdkMembers(key) as AccessKey, keyMembers, 'member');
    checkKey(`access.keys[${i}]`, key);
  }
  checkUnique('access.keys', 'accessKeyId', keys);
}

/**
 * Checks the members of an access key. Other members are ignored, because a function may return the row of a database.
 * @throws TypeError that names the invalid member. Without the check, a key with an invalid principal would belong to the
 * account of the registry
 */
export function checkKey(at: string, key: AccessKey): void {
  const { accessKeyId, secretAccessKey, sessionToken, accountId, expiration, principal } = key;
  checkKeyId(`${at}.accessKeyId`, accessKeyId);
  demandText(`${at}.secretAccessKey`, secretAccessKey);
  demand(
    accountId === undefined || (isText(accountId) && /^\d{12}$/.test(accountId)),
    `${at}.accountId must be a text of 12 digits, such as '123456789012'`,
  );
  if (sessionToken !== undefined) demandText(`${at}.sessionToken`, sessionToken);
  demand(
    expiration === undefined || (expiration instanceof Date && !Number.isNaN(expiration.getTime())),
    `${at}.expiration must be a valid Date`,
  );
  const account = isText(principal) ? accountIn(principal) : undefined;
  demand(
    principal === undefined || account !== undefined,
    `${at}.principal must be an ARN such as 'arn:aws:iam::123456789012:user/ci'`,
  );
  demand(
    (accountId ?? account) === (account ?? accountId),
    `${at}.principal must be an ARN of the account ${at}.accountId`,
  );
}

/** Checks an access key id. `at` is the name of the option or setting for the error text. */
export const checkKeyId = (at: string, id: string): void =>
  demand(isText(id) && /^\w+$/.test(id), `${at} must be a text of letters, digits and underscores`);

/** Returns the account in the ARN of an IAM user or role. Returns undefined if the text is not such an ARN. */
export const accountIn = (arn: string): string | undefined => /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):./.exec(arn)?.[1];

/** The AWS SDK writes members such as `$source` and `credentialScope` into the credentials that it is given. */
const withoutSdkMembers = (key: unknown): unknown =>
  typeof key !== 'object' || key === null
    ? key
    : Object.fromEntries(Object.entries(key).filter(([name]) => !name.startsWith('$') && name !== 'credentialScope'));

/** The user name with which clients send a token of GetAuthorizationToken. */
export const tokenUser = 'AWS';

function checkUsers(users: readonly User[]): void {
  demand(Array.isArray(users), 'access.users must be a list of users: { name, password, rights }');
  for (const [i, user] of users.entries()) {
    const at = `access.users[${i}]`;
    refuseUnknown(at, user, userMembers, 'member');
    const { name, password, rights } = user;
    checkUserName(`${at}.name`, name);
    demandText(`${at}.password`, password);
    demand(
      Array.isArray(rights) && rights.length > 0 && rights.every((right) => right === 'pull' || right === 'push'),
      `${at}.rights must be a list of 'pull' and 'push'`,
    );
  }
  checkUnique('access.users', 'name', users);
}

/** Checks the name of a user. `at` is the name of the option or setting for the error text. */
export function checkUserName(at: string, name: string): void {
  demand(isText(name) && !name.includes(':'), `${at} must be a text that is not empty, without a colon`);
  demand(name !== tokenUser, `${at} must not be '${tokenUser}': clients send tokens under this name`);
}

function checkUnique<K extends string>(at: string, member: K, list: readonly Readonly<Record<K, string>>[]): void {
  const names = list.map((one) => one[member]);
  const again = names.findIndex((name, i) => names.indexOf(name) !== i);
  const first = names.indexOf(names[again] ?? '');
  demand(again === -1, `${at}[${again}] and ${at}[${first}] have the same ${member}: each ${member} must be unique`);
}
