// Builds what is published: the packages of the engine, from their sources, as one package.
//
// Nearly everything is in one file, dist/coracle.js or dist/coracle.cjs, because Node and test runners need time for each
// file that they load. An entry only passes on its names, so that a class exists once, whichever entry it comes from.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildTypes } from './build-types.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const formats = [
  { format: 'esm', extension: 'js', whole: './coracle.js' },
  { format: 'cjs', extension: 'cjs', whole: './coracle.cjs' },
];

/** These parts need other packages or platforms, so the file with everything else may not load them. */
const apart = [
  'cloudflare',
  'hash-wasm',
  'image-tar',
  'image-tar-node',
  'storage-cloudflare-kv',
  'storage-durable-object',
  'storage-indexeddb',
  'web-worker',
];

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports)
  .flatMap((target) => target['@coracle/source'] ?? [])
  .map((source) => source.replace(/^\.\/src\/(.*)\.ts$/, '$1'));
const together = entries.filter((name) => !apart.includes(name));

const shared = {
  absWorkingDir: process.cwd(),
  bundle: true,
  platform: 'neutral',
  target: 'es2022',
  conditions: ['@coracle/source'],
  external: ['idb', 'hash-wasm', 'cloudflare:*', 'node:*'],
  // comlink names its ECMAScript module here, which Node does not know. So comlink is built in.
  mainFields: ['module', 'main'],
  // A bundler leaves these calls out of a program that does not use their results.
  pure: ['Int32Array.of', 'Object.entries', 'Object.values'],
  logLevel: 'warning',
};

/** Gives the exported names of each entry. */
async function namesOfEntries() {
  const entryPoints = together.map((name) => `src/${name}.ts`);
  const { metafile } = await build({
    ...shared,
    entryPoints,
    outdir: 'dist',
    format: 'esm',
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs)
    .filter(({ entryPoint }) => entryPoint !== undefined)
    .map(({ entryPoint, exports }) => [entryPoint.replace(/^src\/(.*)\.ts$/, '$1'), exports]);
}

/**
 * The imports of the engine in the parts above, which lead to the file with everything else, and the import of image-tar
 * in another part, which leads to that part: each class exists once.
 */
const engineIn = ({ whole, extension }) => ({
  name: 'engine',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@coracle\/(?:core|fetch-handler)(?:\/|$)/ }, () => ({ path: whole, external: true }));
    onResolve({ filter: /^@coracle\/image-tar$/ }, ({ importer }) =>
      /packages[\\/]web-worker[\\/]/.test(importer) ? { path: `./image-tar.${extension}`, external: true } : undefined,
    );
  },
});

const passOn = {
  esm: (names, whole) => `export { ${names.join(', ')} } from '${whole}';\n`,
  cjs: (names, whole) =>
    [
      "'use strict';",
      "Object.defineProperty(exports, '__esModule', { value: true });",
      `const coracle = require('${whole}');`,
      ...names.map((name) => `exports.${name} = coracle.${name};`),
      '',
    ].join('\n'),
};

rmSync('dist', { recursive: true, force: true });
const named = await namesOfEntries();
for (const { format, extension, whole } of formats) {
  const contents = together.map((name) => `export * from './src/${name}.ts';`).join('\n');
  await build({ ...shared, format, stdin: { contents, resolveDir: '.' }, outfile: `dist/coracle.${extension}` });
  await build({
    ...shared,
    // modern-tar has no CommonJS, which `require` needs, so it is built into the file for `require`.
    external: format === 'esm' ? [...shared.external, 'modern-tar'] : shared.external,
    format,
    entryPoints: apart.map((name) => `src/${name}.ts`),
    outdir: 'dist',
    outExtension: { '.js': `.${extension}` },
    plugins: [engineIn({ whole, extension })],
  });
  for (const [name, names] of named) writeFileSync(`dist/${name}.${extension}`, passOn[format](names, whole));
}
// A service worker without modules loads this file with `importScripts`, so everything is in it.
await build({
  ...shared,
  external: [],
  entryPoints: ['src/service-worker.script.ts'],
  outfile: 'dist/service-worker.script.js',
  format: 'iife',
  globalName: 'coracle',
  minify: true,
});
// `npm start` needs no types, which are most of a build's time.
if (!process.env.BUILD_NO_TYPES) await buildTypes(entries.map((name) => `src/${name}.ts`));
