import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Storage } from '@coracle/core';
import { build } from 'tsup';
import { type WatchedStorage, watchedStorage } from '../../packages/core/test-support/storage.ts';

/** From the bundle's folder it could not be found. */
const lmdb = createRequire(new URL('../../packages/storage-lmdb/package.json', import.meta.url)).resolve('lmdb');

/** A program of this folder as one module, which starts in a fraction of the time that its sources take. */
export async function bundled(program: string, folder: string): Promise<string> {
  await build({
    config: false,
    entry: { program: fileURLToPath(new URL(program, import.meta.url)) },
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    noExternal: [/^(?!node:)/],
    esbuildPlugins: [
      {
        name: 'what is installed',
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /^lmdb$/ }, () => ({ path: lmdb, external: true }));
          // Vitest would take most of the time to start. Only checks use it, and they run after the kill.
          onResolve({ filter: /^vitest$/ }, ({ path }) => ({ path, namespace: 'left out' }));
          onLoad({ filter: /./, namespace: 'left out' }, () => ({ contents: 'export const expect = undefined;' }));
        },
      },
    ],
    esbuildOptions: (options) => {
      options.conditions = ['@coracle/source'];
    },
    splitting: false,
    dts: false,
    silent: true,
  });
  return join(folder, 'program.mjs');
}

/** A storage in a folder, and all that it holds: its pieces as they lie there. */
export function watchedFolder(storage: Storage, folder: string): WatchedStorage {
  const watched = watchedStorage(storage);
  return {
    ...watched,
    contents: async () => ({
      records: (await watched.contents()).records,
      pieces: (await readdir(join(folder, 'pieces'))).sort(),
    }),
  };
}
