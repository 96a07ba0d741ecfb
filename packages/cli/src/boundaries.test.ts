import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, {
  imports: [
    '@coracle/registry/image-tar',
    '@coracle/registry/image-tar/node',
    '@coracle/registry/core',
    '@coracle/registry/fetch-handler',
    '@coracle/registry',
    'node:',
    'srvx',
    'srvx/',
  ],
  // Its binaries are loaded only when data is kept in a folder.
  importsIn: [{ path: /^serve\/data\.ts$/, imports: ['@coracle/storage-lmdb'] }],
});
