import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: ['@coracle/core', '@coracle/core/testing', '@coracle/fetch-handler', '@coracle/image-tar', 'comlink'],
  apart: [
    { from: 'page/', notFrom: ['worker/'] },
    { from: 'worker/', notFrom: ['page/'] },
    { from: 'wire/', notFrom: ['page/', 'worker/'] },
  ],
});
