export * from '@coracle/storage-memory';
