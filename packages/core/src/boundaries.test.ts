import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  apart: [
    { from: 'domain/', notFrom: ['operations/'] },
    { from: 'storage/', notFrom: ['domain/', 'operations/'] },
  ],
  withoutHttp: true,
});
