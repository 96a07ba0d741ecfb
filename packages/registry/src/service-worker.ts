export * from '@coracle/service-worker';
