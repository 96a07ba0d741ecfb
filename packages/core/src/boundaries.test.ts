import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  // Inlined into dist, so that the package itself depends on nothing.
  importsIn: [{ path: /^digest\//, imports: ['@noble/hashes/'] }],
  apart: [
    { from: 'domain/', notFrom: ['operations/'] },
    { from: 'storage/', notFrom: ['domain/', 'operations/'] },
  ],
  withoutHttp: ['domain/', 'storage/', 'operations/', 'digest/'],
});
