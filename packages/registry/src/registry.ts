import {
  createEngine,
  type Engine,
  type EngineOptions,
  ecr,
  ecrPublic,
  engineOptionNames,
  refuseUnknown,
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
 * The options of `createRegistry()`. All have defaults: without options, a registry keeps its data in memory, and
 * belongs to account 123456789012 in us-east-1.
 */
export interface RegistryOptions
  extends Omit<EngineOptions, 'services' | 'storage'>,
    Omit<FetchHandlerOptions, 'faces'> {
  /**
   * The storage that keeps the registry's data; in memory by default. A function must return the storage, and is called
   * when the registry is first used.
   */
  readonly storage?: EngineOptions['storage'];
}

/** The names of the options of `createRegistry()`. */
export const registryOptionNames = [...engineOptionNames, ...fetchHandlerOptionNames].filter(
  (name) => name !== 'services' && name !== 'faces',
);

/**
 * A registry. A program calls its operations in process, or sends it HTTP requests by `fetch`. `await using registry =
 * createRegistry()` closes the registry at the end of the block.
 */
export interface Registry extends Engine, TestHelpers {
  /**
   * Returns the response to an HTTP request of a client of Amazon ECR Public, Amazon ECR or `/v2/`. The function needs
   * no `this`, so `export default { fetch: registry.fetch }` works like `export default registry`.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * The option `cors` of `createRegistry()`: the other origins whose web pages may use the registry. It is undefined by
   * default.
   */
  readonly cors: CorsOptions | undefined;
}

/**
 * Creates a registry. This takes almost no time, because the storage is opened only when the registry is first used.
 * @throws TypeError if an option is invalid. The message says which option, and what its value should be
 */
export function createRegistry(options: RegistryOptions = {}): Registry {
  refuseUnknown('createRegistry', options, registryOptionNames);
  const { cors, storage = memoryStorage() } = options;
  const engine = createEngine({ ...given(options, engineOptionNames), storage, services: [ecrPublic, ecr] });
  const registry = withTestHelpers(engine);
  const fetch = createFetchHandler(registry, given(options, fetchHandlerOptionNames));
  return Object.assign(registry, { fetch, cors });
}

/** Returns the options whose names are in `names`, without those whose value is undefined. */
function given<T extends object>(options: T, names: readonly string[]): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([name, value]) => names.includes(name) && value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
