export * from '@coracle/storage-durable-object';
