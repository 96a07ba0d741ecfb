import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** Here and not at the top: pnpm would warn at every first install that the file is not built yet. */
  readonly publishConfig?: { readonly bin?: Readonly<Record<string, string>> };
}

/** How every package is built. The entries follow from its package.json, so that none can be forgotten. */
export function library(): Options {
  const { exports, publishConfig } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  const modules = Object.values(exports).flatMap((target) =>
    typeof target === 'object' && target['@coracle/source'] ? [target['@coracle/source']] : [],
  );
  const commands = Object.values(publishConfig?.bin ?? {}).map((file) => file.replace(/dist\/(.*)\.js$/, 'src/$1.ts'));
  return {
    entry: [...modules, ...commands],
    format: ['esm'],
    // Commands too: all that `platform: 'node'` would add is kept out of the bundle by `external`.
    platform: 'neutral',
    external: [/^(?:node|cloudflare):/],
    // tsup's default strips `node:`, and not every runtime knows the bare names.
    removeNodeProtocol: false,
    // Shared chunks would have changing names that no `sideEffects` can list.
    splitting: false,
    target: 'es2022',
    clean: true,
    sourcemap: true,
    // `npm start` needs no declarations, which are most of a build's time.
    dts: process.env['CORACLE_NO_DTS']
      ? false
      : // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
        { entry: modules, compilerOptions: { ignoreDeprecations: '6.0' } },
  };
}
