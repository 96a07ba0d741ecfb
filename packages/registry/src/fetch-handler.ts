export * from '@coracle/fetch-handler';
