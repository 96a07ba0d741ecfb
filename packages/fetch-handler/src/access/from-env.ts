import { refuseUnknown } from '@coracle/core';
import { type AccessKey, type AccessOptions, checkKeyId, checkUserName, type User } from './options.ts';
import { readPublicKey } from './public-key.ts';

/** The options of `accessFromEnv`. */
export interface FromEnvOptions {
  /** The text before each name, such as `CORACLE_`. No text by default. */
  readonly prefix?: string;
}

/** The names of all settings that `accessFromEnv` reads, without a prefix. */
export const accessSettings = [
  'USERNAME',
  'PASSWORD',
  'READONLY_USERNAME',
  'READONLY_PASSWORD',
  'JWT_REGISTRY_TOKENS_PUBLIC_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'ANONYMOUS_PULL',
  'TOKEN_SECRET',
] as const;

/** The checks of values, which name the setting in their error texts. */
const checks: { readonly [K in (typeof accessSettings)[number]]?: (at: string, value: string) => unknown } = {
  USERNAME: checkUserName,
  READONLY_USERNAME: checkUserName,
  JWT_REGISTRY_TOKENS_PUBLIC_KEY: (at, value) => readPublicKey(value, at),
  AWS_ACCESS_KEY_ID: checkKeyId,
};

/** The settings of which at least one is necessary, for the error text. */
const usable = [
  'USERNAME and PASSWORD',
  'READONLY_USERNAME and READONLY_PASSWORD',
  'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  'JWT_REGISTRY_TOKENS_PUBLIC_KEY',
  'ANONYMOUS_PULL to true',
];

/**
 * Reads the option `access` of a registry from environment variables, or from the variables and secrets of a Worker. The
 * names are those of Cloudflare's serverless-registry, and a few more:
 *
 * - `USERNAME` and `PASSWORD`: a user that may pull and push
 * - `READONLY_USERNAME` and `READONLY_PASSWORD`: a user that may only pull
 * - `JWT_REGISTRY_TOKENS_PUBLIC_KEY`: the public key of JWTs, as the base64 of a JWK
 * - `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, and `AWS_SESSION_TOKEN` if the key has one: an access key of the
 *   account of the registry
 * - `ANONYMOUS_PULL`: `true` if callers without credentials may pull public images
 * - `TOKEN_SECRET`: the secret of tokens, at least 32 bytes. Several secrets are separated by commas, the new one first
 * @throws Error if no setting lets anyone in, if one setting of a pair is missing, or if a setting is invalid. The text
 * names the settings, and contains no value of a secret
 */
export function accessFromEnv(env: Readonly<Record<string, unknown>>, options: FromEnvOptions = {}): AccessOptions {
  if (typeof env !== 'object' || env === null) {
    throw new TypeError('accessFromEnv takes an object with the settings: process.env, or the `env` of a Worker');
  }
  refuseUnknown('The second argument of accessFromEnv', options, ['prefix']);
  const { prefix = '' } = options;
  if (typeof prefix !== 'string') throw new TypeError('prefix must be a text, such as CORACLE_');
  const read = (name: (typeof accessSettings)[number]): string | undefined => {
    const value = env[`${prefix}${name}`] ?? '';
    // A variable of a Worker may be JSON, so that `true` is a boolean.
    if (typeof value === 'boolean') return String(value);
    if (typeof value !== 'string')
      throw new Error(`${prefix}${name} must be a text: set it as a variable or as a secret`);
    if (value.trim() === '') return undefined;
    checks[name]?.(`${prefix}${name}`, value);
    return value;
  };
  const pair = (
    first: (typeof accessSettings)[number],
    second: (typeof accessSettings)[number],
  ): readonly [string, string] | undefined => {
    const [one, two] = [read(first), read(second)];
    if (one !== undefined && two !== undefined) return [one, two];
    const missing = one === undefined ? (two === undefined ? undefined : first) : second;
    if (missing === undefined) return undefined;
    const there = missing === first ? second : first;
    throw new Error(`${prefix}${missing} is missing: ${prefix}${there} is set, and needs it`);
  };

  const users = [
    ...userOf(pair('USERNAME', 'PASSWORD'), ['pull', 'push']),
    ...userOf(pair('READONLY_USERNAME', 'READONLY_PASSWORD'), ['pull']),
  ];
  if (new Set(users.map(({ name }) => name)).size < users.length) {
    throw new Error(`${prefix}READONLY_USERNAME and ${prefix}USERNAME are the same name: each user needs its own name`);
  }
  const keys = keyOf(pair('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'), read('AWS_SESSION_TOKEN'));
  const publicKey = read('JWT_REGISTRY_TOKENS_PUBLIC_KEY');
  const anonymousPull = booleanOf(`${prefix}ANONYMOUS_PULL`, read('ANONYMOUS_PULL'));
  const secrets = secretsIn(`${prefix}TOKEN_SECRET`, read('TOKEN_SECRET'));
  const access: AccessOptions = {
    ...(users.length === 0 ? {} : { users }),
    ...(keys.length === 0 ? {} : { keys }),
    ...(publicKey === undefined ? {} : { jwt: { publicKey } }),
    ...(anonymousPull ? { anonymousPull } : {}),
  };
  if (Object.keys(access).length === 0) {
    const names = usable.map((one) => one.replaceAll(/[A-Z][A-Z_]+/g, `${prefix}$&`));
    throw new Error(`Access is closed, and no setting lets anyone in: set ${names.join(', or ')}`);
  }
  return secrets === undefined ? access : { ...access, tokenSecret: secrets };
}

/** The minimum length of a secret, in characters. The engine refuses shorter secrets under another name. */
const shortestSecret = 32;

function secretsIn(name: string, text: string | undefined): readonly string[] | undefined {
  const secrets = text?.split(/[\s,]+/).filter((secret) => secret !== '');
  if (secrets && (secrets.length === 0 || secrets.some(({ length }) => length < shortestSecret))) {
    throw new Error(
      `${name} must have at least ${shortestSecret} characters, and commas between several secrets: make one with 'openssl rand -hex 32'`,
    );
  }
  return secrets;
}

const userOf = (pair: readonly [string, string] | undefined, rights: User['rights']): User[] =>
  pair ? [{ name: pair[0], password: pair[1], rights }] : [];

const keyOf = (pair: readonly [string, string] | undefined, sessionToken: string | undefined): AccessKey[] =>
  pair ? [{ accessKeyId: pair[0], secretAccessKey: pair[1], sessionToken }] : [];

function booleanOf(name: string, text: string | undefined): boolean {
  if (text === undefined || /^(?:false|0|no|off)$/i.test(text)) return false;
  if (/^(?:true|1|yes|on)$/i.test(text)) return true;
  throw new Error(`${name} must be true or false`);
}
