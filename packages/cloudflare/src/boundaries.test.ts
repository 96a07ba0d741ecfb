import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: ['@coracle/core', '@coracle/fetch-handler', '@coracle/storage-durable-object'],
  // Has it built in; the class of a Durable Object extends its class.
  importsIn: [{ path: /^coracle-registry\.ts$/, imports: ['cloudflare:workers'] }],
});
