export * from '@coracle/core/storage-kit';
