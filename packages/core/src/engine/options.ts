import type { AccessCheck } from '../access/policy.ts';
import type { Hasher } from '../digest/running-hash.ts';
import { isRegion } from '../domain/registries/addresses.ts';
import { aliasPattern } from '../domain/registries/aliases.ts';
import { kindOf } from '../domain/text.ts';
import { awsLimits, type LimitOptions, type Limits } from '../limits.ts';
import type { Service } from '../services/service.ts';
import type { Storage } from '../storage/port.ts';
import { refuseUnknown } from '../unknown-word.ts';
import { encodeUtf8 } from '../utf8.ts';

/** The options of `createEngine`. Only `storage` and `services` are required. */
export interface EngineOptions<S extends readonly Service[] = readonly Service[]> {
  /**
   * The storage that keeps all data of the registry. If `storage` is a function, the engine calls the function at the
   * first use, and uses the storage that the function returns.
   */
  readonly storage: Storage | (() => Storage | Promise<Storage>);
  /**
   * The AWS services that the registry has in addition to the OCI distribution protocol: `[ecrPublic, ecr]`,
   * `[ecrPublic]`, `[ecr]` or `[]`.
   */
  readonly services: S;
  /**
   * The access check for calls that come from requests to a closed server. Pass `repositoryPolicies` if the fetch handler
   * of this engine has closed access. By default the engine refuses such calls. Calls of the program itself, without a
   * `visitor`, are always allowed.
   */
  readonly access?: AccessCheck;
  /** The AWS account of the registry, 12 digits; `123456789012` by default. */
  readonly accountId?: string;
  /** The AWS region of the private registry for calls that do not name a region; `us-east-1` by default. */
  readonly region?: string;
  /**
   * The custom alias of the account's public registry: 2 to 50 characters that match
   * `[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*`. By default the registry has no custom alias.
   */
  readonly registryAlias?: string;
  /** Whether the account's public registry shows the verified badge; false by default. */
  readonly verified?: boolean;
  /** Returns the current time in milliseconds since 1970; `Date.now` by default. */
  readonly clock?: () => number;
  /** Returns a new id in the form of a UUID at each call; random UUIDs by default. */
  readonly ids?: () => string;
  /** The quotas, maximum sizes and lifetimes of the registry; the limits of AWS by default. */
  readonly limits?: LimitOptions;
  /** The implementation of SHA-256 and SHA-512; the fastest available implementation by default. */
  readonly hasher?: Hasher;
  /**
   * The URL at which clients can reach the registry, such as `http://localhost:4747`. The URL becomes part of
   * `repositoryUri` and of other addresses in answers. By default answers have the addresses of AWS.
   */
  readonly endpoint?: string | URL;
  /**
   * The maximum number of bytes that requests and responses in progress may hold in memory. While the maximum is
   * reached, further requests wait. A request that has waited for 30 seconds is rejected with ServerException. By
   * default the memory is not limited.
   */
  readonly maxBufferedBytes?: number;
  /**
   * The secret with which the registry makes its tokens: at least 32 bytes, for example from `openssl rand -hex 32`. By
   * default the registry creates a random secret, and keeps it in the storage.
   *
   * In a list, the first secret makes tokens, and each secret opens them, so that a secret can be replaced while its
   * tokens are in use. A token opens only in a registry with the same `accountId`, `region` and `endpoint`, so a registry that gets another
   * endpoint gives up its earlier tokens.
   */
  readonly secret?: string | readonly string[];
}

/** The names of the options of `createEngine`. */
export const engineOptionNames = [
  'storage',
  'services',
  'access',
  'accountId',
  'region',
  'registryAlias',
  'verified',
  'clock',
  'ids',
  'limits',
  'hasher',
  'endpoint',
  'maxBufferedBytes',
  'secret',
] as const satisfies (keyof EngineOptions)[];

const demand = (holds: boolean, sentence: string): void => {
  if (!holds) throw new TypeError(sentence);
};

const account = /^[0-9]{12}$/;

/**
 * Checks that an account id and a region are valid, because both become parts of storage keys.
 * @throws TypeError if the account id or the region is invalid
 */
export function checkCaller(accountId: string | undefined, region: string | undefined): void {
  demand(accountId === undefined || account.test(accountId), `accountId must be 12 digits, not '${accountId}'`);
  demand(region === undefined || isRegion(region), `region must be an AWS region such as us-east-1, not '${region}'`);
}

/**
 * Checks that the value of an option is a number of milliseconds from 0 to 2^53 - 1.
 * @throws TypeError if the value is invalid; the text names the option
 */
export function checkDuration(name: string, duration: unknown): void {
  demand(
    typeof duration === 'number' && duration >= 0 && duration <= Number.MAX_SAFE_INTEGER,
    `${name} must be a number of milliseconds from 0 to ${Number.MAX_SAFE_INTEGER}, not ${String(duration)}`,
  );
}

/** The minimum length of a secret, in bytes. Shorter secrets can be found by trying. */
const shortestSecret = 32;

/**
 * Returns the secrets of the option `secret`. Returns undefined if the option is not given.
 * @param name the name of the option in the error text
 * @throws TypeError if a secret is too short, or if the list is empty; the text does not contain the secret
 */
export function readSecrets(secret: EngineOptions['secret'], name = 'secret'): readonly string[] | undefined {
  if (secret === undefined) return undefined;
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  const isLong = (one: unknown) => typeof one === 'string' && encodeUtf8(one).length >= shortestSecret;
  demand(
    secrets.length > 0 && secrets.every(isLong),
    `${name} must be a text of at least ${shortestSecret} bytes, or a list of such texts: make one with 'openssl rand -hex 32'`,
  );
  return secrets as readonly string[];
}

const durations: ReadonlySet<string> = new Set([
  'uploadLifetime',
  'uploadIdleTime',
  'tokenLifetime',
] satisfies (keyof Limits)[]);

/**
 * Checks the option `limits`. Quotas and sizes may be infinite, but durations may not.
 * @throws TypeError if the option has an unknown limit, or if the value of a limit is not a valid number
 */
function checkLimits(limits: LimitOptions | undefined): void {
  if (limits === undefined) return;
  checkNumbers('limits', limits, awsLimits);
  for (const kind of ['public', 'private'] as const) {
    if (limits[kind] !== undefined) checkNumbers(`limits.${kind}`, limits[kind], awsLimits[kind]);
  }
}

function checkNumbers(path: string, given: object, known: object): void {
  refuseUnknown(path, given, Object.keys(known), 'limit');
  for (const [name, value] of Object.entries(given)) {
    const isQuotas = name === 'public' || name === 'private';
    if (isQuotas || value === undefined) continue;
    if (durations.has(name)) checkDuration(`${path}.${name}`, value);
    else {
      demand(
        typeof value === 'number' && value >= 0,
        `${path}.${name} must be a number that is not negative, not ${String(value)}`,
      );
    }
  }
}

const portMethods = [
  ['records', 'getMany'],
  ['records', 'list'],
  ['records', 'commit'],
  ['bytes', 'put'],
  ['bytes', 'get'],
  ['bytes', 'remove'],
] as const satisfies { [P in 'records' | 'bytes']: readonly [P, keyof Storage[P]] }['records' | 'bytes'][];

/**
 * Checks that a storage has the methods that `RecordStore` and `ByteStore` require, and returns the storage.
 * @throws TypeError if a method is missing; the text names the first missing method
 */
export function checkStorage(storage: Storage): Storage {
  const given = storage as unknown as
    | Readonly<Partial<Record<string, Readonly<Record<string, unknown>>>>>
    | null
    | undefined;
  for (const [port, method] of portMethods) {
    demand(
      typeof given?.[port]?.[method] === 'function',
      `storage must be a storage such as memoryStorage(): the given ${kindOf(storage)} has no method ${port}.${method}()`,
    );
  }
  return storage;
}

/**
 * Checks the options of `createEngine`, without changing them.
 * @returns the endpoint as a URL, and the secrets as a list
 * @throws TypeError if an option is invalid; the text names the option and the values that are valid
 */
export function checkOptions(options: EngineOptions): {
  endpoint: URL | undefined;
  secrets: readonly string[] | undefined;
} {
  refuseUnknown('createEngine', options, engineOptionNames);
  const { accountId, region, registryAlias, endpoint, storage, services, maxBufferedBytes } = options;
  if (typeof storage !== 'function') checkStorage(storage);
  demand(
    Array.isArray(services) && services.every((service) => typeof service?.operations === 'object'),
    'services must be a list of services for createEngine(), such as [ecrPublic, ecr], or an empty list',
  );
  demand(
    options.access === undefined || typeof options.access === 'function',
    'access must be repositoryPolicies or left out: say who may use the registry in createRegistry() or createFetchHandler()',
  );
  checkCaller(accountId, region);
  demand(
    maxBufferedBytes === undefined || (typeof maxBufferedBytes === 'number' && maxBufferedBytes > 0),
    `maxBufferedBytes must be a number of bytes above 0, not '${maxBufferedBytes}'`,
  );
  demand(
    registryAlias === undefined || (registryAlias.length <= 50 && aliasPattern.test(registryAlias)),
    `registryAlias must be 2 to 50 lower-case letters and digits that begin with a letter, with single '.', '_' or '-' between them, not '${registryAlias}'`,
  );
  checkLimits(options.limits);
  for (const name of ['clock', 'ids'] as const) {
    const given: unknown = options[name];
    demand(given === undefined || typeof given === 'function', `${name} must be a function, not ${String(given)}`);
  }
  const secrets = readSecrets(options.secret);
  if (endpoint === undefined) return { endpoint: undefined, secrets };
  const url = tryUrl(endpoint);
  demand(url !== null && /^https?:$/.test(url.protocol), `endpoint must be an http or https URL, not '${endpoint}'`);
  return { endpoint: url ?? undefined, secrets };
}

function tryUrl(text: string | URL): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
