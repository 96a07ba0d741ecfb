import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { expect, it } from 'vitest';

/** Bundles a storage as people do who use it without the engine. Returns the paths of the modules that are left in it. */
async function modulesOf(name: string): Promise<string[]> {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@coracle/source'] },
    build: {
      write: false,
      minify: true,
      lib: {
        entry: fileURLToPath(new URL(`../../packages/${name}/src/index.ts`, import.meta.url)),
        formats: ['es'],
        fileName: 'bundle',
      },
      rolldownOptions: { external: [/^cloudflare:/] },
    },
  });
  const [{ output: files } = { output: [] }] = output as Rolldown.RolldownOutput[];
  return files
    .flatMap((file) => (file.type === 'chunk' ? Object.entries(file.modules) : []))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([path]) => path);
}

it.each(['storage-memory', 'storage-indexeddb', 'storage-cloudflare-kv', 'storage-durable-object'])(
  '%s has nothing of the engine in its bundle, but for the checks of storages',
  async (name) => {
    const paths = await modulesOf(name);
    const ofCore = paths.filter((path) => path.includes('/core/src/'));
    expect(ofCore.map((path) => path.replace(/^.*\/core\/src\//, ''))).toEqual(['utf8.ts', 'storage-kit.ts']);
  },
);
