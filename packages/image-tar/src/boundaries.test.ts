import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: ['@coracle/core', '@coracle/core/testing', 'modern-tar'],
  // The other files also run in pages and in Workers.
  importsIn: [{ path: /^node\//, imports: ['node:'] }],
  apart: ['errors.ts', 'export/', 'formats/', 'import/', 'index.ts', 'source/', 'tar/'].map((from) => ({
    from,
    notFrom: ['node/'],
  })),
});
