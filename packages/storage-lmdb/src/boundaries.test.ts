import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: ['@coracle/registry/core', '@coracle/registry/core/storage-kit', 'lmdb', 'node:'],
});
