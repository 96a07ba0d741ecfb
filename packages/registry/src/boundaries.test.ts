import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: [
    '@coracle/aws-sdk',
    '@coracle/core',
    '@coracle/core/testing',
    '@coracle/fetch-handler',
    '@coracle/service-worker',
    '@coracle/storage-memory',
  ],
  importsIn: [
    { path: /^cloudflare\.ts$/, imports: ['@coracle/cloudflare'] },
    { path: /^core-storage-kit\.ts$/, imports: ['@coracle/core/storage-kit'] },
    { path: /^hash-wasm\.ts$/, imports: ['@coracle/hash-wasm'] },
    { path: /^image-tar\.ts$/, imports: ['@coracle/image-tar'] },
    { path: /^image-tar-node\.ts$/, imports: ['@coracle/image-tar/node'] },
    { path: /^storage-cloudflare-kv\.ts$/, imports: ['@coracle/storage-cloudflare-kv'] },
    { path: /^storage-durable-object\.ts$/, imports: ['@coracle/storage-durable-object'] },
    { path: /^service-worker\.script\.ts$/, imports: ['@coracle/storage-indexeddb'] },
    { path: /^storage-indexeddb\.ts$/, imports: ['@coracle/storage-indexeddb'] },
    { path: /^web-worker\.ts$/, imports: ['@coracle/web-worker'] },
  ],
  // Has to run in pages and in Workers.
  apart: [{ from: 'index.ts', notFrom: ['cloudflare.ts', 'storage-durable-object.ts'] }],
});
