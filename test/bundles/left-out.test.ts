import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { describe, expect, it } from 'vitest';

/** Texts that only the bundle of somebody who has asked for the part has. */
const markers = {
  'ECR Public': 'SpencerFrontendService',
  'Amazon ECR': 'AmazonEC2ContainerRegistry_V20150921',
};

const core = fileURLToPath(new URL('../../packages/core/src/index.ts', import.meta.url));

/** Bundles a program as people who use Coracle do. */
async function bundle(program: string): Promise<string> {
  const entry = 'program.js';
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id.endsWith(entry) ? `\0${entry}` : undefined),
        load: (id) => (id === `\0${entry}` ? program : undefined),
      },
    ],
    resolve: { alias: { '@coracle/core': core } },
    build: { write: false, minify: true, lib: { entry, formats: ['es'], fileName: 'bundle' } },
  });
  const [{ output: files } = { output: [] }] = output as Rolldown.RolldownOutput[];
  return files.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

const programOf = (...services: readonly string[]): string =>
  `import { ${['createEngine', ...services].join(', ')} } from '@coracle/core';
   export const engine = (storage) => createEngine({ storage, services: [${services.join(', ')}] });`;

describe('a bundle', () => {
  it.each<[string, string[], (keyof typeof markers)[]]>([
    ['no service', [], []],
    ['ECR Public', ['ecrPublic'], ['ECR Public']],
    ['Amazon ECR', ['ecr'], ['Amazon ECR']],
    ['both', ['ecrPublic', 'ecr'], ['ECR Public', 'Amazon ECR']],
  ])('with %s has nothing of others', async (_, services, expected) => {
    const code = await bundle(programOf(...services));
    expect(code.length).toBeGreaterThan(10_000);
    const found = Object.entries(markers).flatMap(([name, text]) => (code.includes(text) ? [name] : []));
    expect(found).toEqual(expected);
  });
});
