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

/** The options of a registry. All have defaults: by default it is in memory, as account 123456789012 in us-east-1. */
export interface RegistryOptions
  extends Omit<EngineOptions, 'services' | 'storage'>,
    Omit<FetchHandlerOptions, 'faces'> {
  /** The storage that keeps everything; in memory by default. If it is a function, it is called at the first use. */
  readonly storage?: EngineOptions['storage'];
}

/** The names of the options of `createRegistry`. */
export const registryOptionNames = [...engineOptionNames, ...fetchHandlerOptionNames].filter(
  (name) => name !== 'services' && name !== 'faces',
);

/**
 * A registry that is called in process, by its operations, or over HTTP, by `fetch`. `await using registry =
 * createRegistry()` closes it at the end of the block.
 */
export interface Registry extends Engine, TestHelpers {
  /**
   * Answers a request of a client of Amazon ECR Public, Amazon ECR or `/v2/`. It needs no `this`: `export default {
   * fetch: registry.fetch }` and `export default registry` work alike.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The pages of other origins that may use the registry; undefined by default. */
  readonly cors: CorsOptions | undefined;
}

/**
 * Makes a registry. It is synchronous and cheap, and nothing is opened or computed before the first use.
 * @throws TypeError if an option is invalid; it says which one, and what it should be
 */
export function createRegistry(options: RegistryOptions = {}): Registry {
  refuseUnknown('createRegistry', options, registryOptionNames);
  const { cors, storage = memoryStorage() } = options;
  const engine = createEngine({ ...given(options, engineOptionNames), storage, services: [ecrPublic, ecr] });
  const registry = withTestHelpers(engine);
  const fetch = createFetchHandler(registry, given(options, fetchHandlerOptionNames));
  return Object.assign(registry, { fetch, cors });
}

/** Gives the options of these names that have a value. An option that is undefined counts as left out. */
function given<T extends object>(options: T, names: readonly string[]): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([name, value]) => names.includes(name) && value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
