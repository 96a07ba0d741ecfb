import type { EngineBase, Service } from '@coracle/core';
import type { TestHelpers } from '@coracle/core/testing';
import type { exportImage, importImage } from '@coracle/image-tar';

/** The registries that `runRegistry` accepts, such as the result of `createRegistry()`. */
export interface RunnableRegistry<S extends readonly Service[] = readonly Service[]>
  extends Omit<EngineBase, 'services'>,
    Partial<TestHelpers> {
  readonly services: S;
  readonly fetch: (request: Request) => Promise<Response>;
}

/** The functions of `@coracle/registry/image-tar`, with which a worker imports and exports images. */
export interface ImageTar {
  readonly importImage: typeof importImage;
  readonly exportImage: typeof exportImage;
}
