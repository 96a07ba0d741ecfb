import {
  createEngine,
  type Engine,
  type EngineOptions,
  ecr,
  ecrPublic,
  engineOptionNames,
  readSecrets,
  refuseUnknown,
  repositoryPolicies,
} from '@coracle/core';
import { type TestHelpers, withTestHelpers } from '@coracle/core/testing';
import {
  type CorsOptions,
  createFetchHandler,
  type FetchHandlerOptions,
  fetchHandlerOptionNames,
} from '@coracle/fetch-handler';
import { memoryStorage } from '@coracle/storage-memory';

/**
 * The options of `createRegistry()`. Each option has a default. A registry without options keeps its data in memory,
 * and belongs to account 123456789012 in us-east-1.
 */
export interface RegistryOptions
  extends Omit<EngineOptions, 'access' | 'services' | 'storage'>,
    Omit<FetchHandlerOptions, 'faces'> {
  /**
   * The storage that keeps the registry's data, or a function that returns the storage. The function is called when the
   * registry is first used. By default, the data is kept in memory.
   */
  readonly storage?: EngineOptions['storage'];
}

/** The names of the engine's options that are options of `createRegistry()` as well. */
const ownEngineOptions = engineOptionNames.filter((name) => name !== 'access');

/** The names of the options of `createRegistry()`. */
export const registryOptionNames = [...ownEngineOptions, ...fetchHandlerOptionNames].filter(
  (name) => name !== 'services' && name !== 'faces',
);

/**
 * A registry in process. A program calls the registry's operations as methods, or passes HTTP requests to `fetch`.
 * `await using registry = createRegistry()` closes the registry at the end of the block.
 */
export interface Registry extends Engine, TestHelpers {
  /**
   * Returns the response to an HTTP request of a client of Amazon ECR Public, Amazon ECR or `/v2/`. The function does
   * not use `this`, so a program can also write `export default { fetch: registry.fetch }` instead of `export default
   * registry`.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * The value of the option `cors` of `createRegistry()`. The option says which web pages of other origins may call the
   * registry. The value is undefined if the option was not given.
   */
  readonly cors: CorsOptions | undefined;
}

/**
 * Creates a registry. This takes almost no time, because the storage is opened only when the registry is first used.
 * @throws TypeError if an option is invalid. The message names the option and its allowed values
 */
export function createRegistry(options: RegistryOptions = {}): Registry {
  refuseUnknown('createRegistry', options, registryOptionNames);
  const { access, cors, storage = memoryStorage() } = options;
  const isClosed = typeof access === 'object' && access !== null && !Array.isArray(access);
  const { tokenSecret, ...closed } = isClosed ? access : {};
  readSecrets(tokenSecret, 'access.tokenSecret');
  if (tokenSecret !== undefined && options.secret !== undefined) {
    throw new TypeError('access.tokenSecret and secret are the same setting: give only one of them');
  }
  const engine = createEngine({
    ...(tokenSecret === undefined ? {} : { secret: tokenSecret }),
    ...given(options, ownEngineOptions),
    storage,
    services: [ecrPublic, ecr],
    access: repositoryPolicies,
  });
  const registry = withTestHelpers(engine);
  const fetch = createFetchHandler(registry, {
    ...given(options, fetchHandlerOptionNames),
    ...(isClosed ? { access: closed } : {}),
  });
  return Object.assign(registry, { fetch, cors });
}

/**
 * Returns a copy of `options`. The copy has only the options whose name is in `names` and whose value is not undefined.
 */
function given<T extends object>(options: T, names: readonly string[]): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([name, value]) => names.includes(name) && value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
