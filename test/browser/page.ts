/** The pages of these tests have this module as `coracle`, bundled from the sources. */

export { buildImage } from '@coracle/registry';
export { deleteIndexedDbStorage, indexedDbStorage } from '@coracle/registry/storage-indexeddb';
export { memoryStorage } from '@coracle/registry/storage-memory';
export { storageRules } from '@coracle/storage-suite';
export { noise, sixRecords } from './noise.ts';
export * from './push-and-pull.ts';
export { stopAt } from './stop-at.ts';
