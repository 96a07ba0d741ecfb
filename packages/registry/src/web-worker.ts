export * from '@coracle/web-worker';
