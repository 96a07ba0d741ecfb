import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsup';

/** The sources of the packages that are built in. Their types are built in as well. */
const paths = {
  '@coracle/core/storage-kit': ['../core/src/storage-kit.ts'],
  '@coracle/core/testing': ['../core/src/testing/index.ts'],
  '@coracle/image-tar/node': ['../image-tar/src/node/index.ts'],
  '@coracle/*': ['../*/src/index.ts'],
};

/** The global of the classic script, whose members the entries have as well. */
const scriptTypes = `declare const coracle: typeof import('./service-worker.js') &
  Pick<typeof import('./index.js'), 'createRegistry'> &
  Pick<typeof import('./storage-indexeddb.js'), 'indexedDbStorage'> &
  Pick<typeof import('./storage-memory.js'), 'memoryStorage'>;
`;

/** Writes the types of the entries, for ECMAScript modules and for CommonJS. */
export async function buildTypes(entry) {
  await build({
    config: false,
    silent: true,
    entry,
    format: ['esm', 'cjs'],
    // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { only: true, compilerOptions: { ignoreDeprecations: '6.0', paths } },
  });
  writeFileSync('dist/service-worker.script.d.ts', scriptTypes);
  for (const name of readdirSync('dist').filter((it) => /\.d\.c?ts$/.test(it))) letCompile(join('dist', name));
}

/**
 * Lets the types compile in a program without Cloudflare's types. Such a program never loads the class of the Durable
 * Object, but its compiler reads the file.
 */
function letCompile(file) {
  const text = readFileSync(file, 'utf8');
  const line = /^import .* from 'cloudflare:workers';$/m;
  if (!line.test(text)) return;
  writeFileSync(file, text.replace(line, '// @ts-ignore: only a project for Cloudflare has this module\n$&'));
}
