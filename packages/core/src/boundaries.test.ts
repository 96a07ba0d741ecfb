import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  apart: [
    ...[
      'access/',
      'digest/',
      'distribution/',
      'domain/',
      'engine/',
      'errors.ts',
      'failures/',
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
