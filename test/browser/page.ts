/** What the pages of these tests have as `coracle`: the sources, bundled. */
export { storageRules } from '@coracle/storage-suite';
export { buildImage } from 'coracle';
export { deleteIndexedDbStorage, indexedDbStorage } from 'coracle/storage-indexeddb';
export { memoryStorage } from 'coracle/storage-memory';
export { noise } from './noise.ts';
export * from './push-and-pull.ts';
export { stopAt } from './stop-at.ts';
