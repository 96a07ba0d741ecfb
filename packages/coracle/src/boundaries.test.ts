import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: ['@coracle/aws-sdk', '@coracle/core', '@coracle/fetch-handler', '@coracle/storage-memory'],
  importsIn: [{ path: /^(cli|serve)(\.ts|\/)/, imports: ['node:', 'srvx', 'srvx/'] }],
  // Has to run in pages and in Workers.
  apart: [{ from: 'index.ts', notFrom: ['cli', 'node.ts', 'serve'] }],
});
