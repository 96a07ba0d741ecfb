import { nodeListener, serve } from '@coracle/cli';
import { buildImage, createRegistry, type Registry, RegistryError } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { createEngine, ecr, ecrPublic } from '@coracle/registry/core';
import { Contention } from '@coracle/registry/core/storage-kit';
import { withTestHelpers } from '@coracle/registry/core/testing';
import { createFetchHandler } from '@coracle/registry/fetch-handler';
import { exportImage, importImage } from '@coracle/registry/image-tar';
import { fromPath } from '@coracle/registry/image-tar/node';
import { answerFetches, awsHosts } from '@coracle/registry/service-worker';
import { kvStorage } from '@coracle/registry/storage-cloudflare-kv';
import { CoracleRecords, durableObjectStorage } from '@coracle/registry/storage-durable-object';
import { indexedDbStorage } from '@coracle/registry/storage-indexeddb';
import { memoryStorage } from '@coracle/registry/storage-memory';
import { connectRegistry, runRegistry } from '@coracle/registry/web-worker';
import { lmdbStorage } from '@coracle/storage-lmdb';
import { storageRules } from '@coracle/storage-suite';
export const registry: Registry = createRegistry({ storage: memoryStorage() });
export const engine = withTestHelpers(createEngine({ storage: memoryStorage(), services: [ecr, ecrPublic] }));
export const handler = createFetchHandler(engine);
export const config = awsSdk(registry);
export async function use(): Promise<string | undefined> {
  const { repository } = await engine.ecr.createRepository({ repositoryName: 'a' });
  return repository?.repositoryName;
}
// @ts-expect-error: typed to the last member
export const wrong = engine.ecr.createRepository({ repositoryNam: 'a' });
export {
  answerFetches,
  awsHosts,
  buildImage,
  Contention,
  CoracleRecords,
  connectRegistry,
  durableObjectStorage,
  exportImage,
  fromPath,
  importImage,
  indexedDbStorage,
  kvStorage,
  lmdbStorage,
  nodeListener,
  RegistryError,
  runRegistry,
  serve,
  storageRules,
};
