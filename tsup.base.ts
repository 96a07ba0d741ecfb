import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
  /** Here and not at the top: pnpm would warn at every first install that the file is not built yet. */
  readonly publishConfig?: { readonly bin?: Readonly<Record<string, string>> };
}

/**
 * How every package is built: as ECMAScript modules and as CommonJS, each with types of its own. The entries follow from
 * its package.json, so that none can be forgotten. Its commands are ECMAScript modules only.
 */
export function library(): Options[] {
  const { exports, publishConfig } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  const modules = Object.values(exports).flatMap((target) =>
    typeof target === 'object' && target['@coracle/source'] ? [target['@coracle/source'] as string] : [],
  );
  const commands = Object.values(publishConfig?.bin ?? {}).map((file) => file.replace(/dist\/(.*)\.js$/, 'src/$1.ts'));
  const shared: Options = {
    // Commands too: all that `platform: 'node'` would add is kept out of the bundle by `external`.
    platform: 'neutral',
    external: [/^(?:node|cloudflare):/],
    // tsup's default strips `node:`, and not every runtime knows the bare names.
    removeNodeProtocol: false,
    splitting: false,
    target: 'es2022',
  };
  const library: Options = {
    ...shared,
    entry: modules,
    format: ['esm', 'cjs'],
    // `npm start` needs no declarations, which are most of a build's time.
    dts: process.env['BUILD_NO_TYPES']
      ? false
      : // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
        { entry: modules, compilerOptions: { ignoreDeprecations: '6.0' } },
  };
  return commands.length > 0 ? [library, { ...shared, entry: commands, format: ['esm'] }] : [library];
}
