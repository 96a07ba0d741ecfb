export * from '@coracle/image-tar/node';
