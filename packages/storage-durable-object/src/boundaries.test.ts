import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: ['@coracle/core', '@coracle/core/storage-kit'],
  // Has it built in; the class of a Durable Object extends its class.
  importsIn: [{ path: /^coracle-records\.ts$/, imports: ['cloudflare:workers'] }],
});
