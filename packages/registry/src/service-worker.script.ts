/**
 * The members of the global `coracle` of `@coracle/registry/service-worker.script.js`, which a service worker without
 * modules loads with `importScripts`.
 */

export { answerFetches, awsHosts } from '@coracle/service-worker';
export { indexedDbStorage } from '@coracle/storage-indexeddb';
export { memoryStorage } from '@coracle/storage-memory';
export { createRegistry } from './registry.ts';
