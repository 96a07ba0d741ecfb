export * from '@coracle/storage-indexeddb';
