import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  apart: [
    ...[
      'digest/',
      'distribution/',
      'domain/',
      'engine/',
      'index.ts',
      'model/',
      'operations/',
      'registry.ts',
      'services/',
      'storage/',
    ].map((from) => ({ from, notFrom: ['testing/'] })),
    { from: 'domain/', notFrom: ['operations/'] },
    { from: 'storage/', notFrom: ['domain/', 'operations/', 'failures/', 'errors.ts'] },
  ],
  withoutHttp: true,
});
