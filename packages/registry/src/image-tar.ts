export * from '@coracle/image-tar';
