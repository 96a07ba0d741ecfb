import { ECRClient } from '@aws-sdk/client-ecr';
import { ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { createEngine, type EngineOptions, ecr, ecrPublic } from '@coracle/core';
import { withTestHelpers } from '@coracle/core/testing';
import { memoryStorage } from '@coracle/storage-memory';
import { type AwsSdkOptions, awsSdk } from '../src/index.ts';

/** An engine in memory with a client of each service on it. */
export function clients(engineOptions: Partial<EngineOptions> = {}, options: AwsSdkOptions = {}) {
  const engine = withTestHelpers(
    createEngine({ storage: memoryStorage(), ...engineOptions, services: [ecrPublic, ecr] }),
  );
  const config = awsSdk(engine, options);
  return { engine, config, ecrPublic: new ECRPUBLICClient(config), ecr: new ECRClient(config) };
}

/**
 * Returns the error that rejects a promise.
 * @throws Error if the promise is fulfilled
 */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('it was not rejected');
    },
    (error: unknown) => error,
  );
