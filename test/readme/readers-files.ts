/** The files of their own project that readers of the READMEs have beside the code that they copy. */
export const readersFiles: Readonly<Record<string, string>> = {
  'my-storage.ts': "export { memoryStorage as myStorage } from '@coracle/registry/storage-memory';",
  'worker-configuration.d.ts': `
    declare module 'cloudflare:workers' {
      export const env: {
        readonly RECORDS: import('@coracle/registry/storage-durable-object').RecordsNamespace;
        readonly PIECES: import('@coracle/registry/storage-durable-object').PiecesBucket;
      };
    }`,
};
