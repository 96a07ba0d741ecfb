export * from '@coracle/storage-lmdb';
