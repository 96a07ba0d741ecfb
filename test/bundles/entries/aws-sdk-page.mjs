export { createRegistry } from '@coracle/registry';
export { awsSdk } from '@coracle/registry/aws-sdk';
export { indexedDbStorage } from '@coracle/registry/storage-indexeddb';
