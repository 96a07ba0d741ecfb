import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: [
    '@coracle/aws-sdk',
    '@coracle/core',
    '@coracle/core/testing',
    '@coracle/fetch-handler',
    '@coracle/storage-memory',
  ],
  importsIn: [
    { path: /^(cli|serve)(\.ts|\/)/, imports: ['node:', 'srvx', 'srvx/'] },
    // Where it is loaded only when it is asked for.
    { path: /^(storage-lmdb|serve\/data)\.ts$/, imports: ['@coracle/storage-lmdb'] },
    { path: /^storage-cloudflare-kv\.ts$/, imports: ['@coracle/storage-cloudflare-kv'] },
    { path: /^storage-durable-object\.ts$/, imports: ['@coracle/storage-durable-object'] },
    { path: /^storage-indexeddb\.ts$/, imports: ['@coracle/storage-indexeddb'] },
  ],
  // Has to run in pages and in Workers.
  apart: [{ from: 'index.ts', notFrom: ['cli', 'node.ts', 'serve', 'storage-durable-object.ts', 'storage-lmdb.ts'] }],
});
