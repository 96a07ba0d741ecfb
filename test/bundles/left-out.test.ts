import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { describe, expect, it } from 'vitest';

/** Texts that only the bundle of somebody who has asked for the part has. */
const markers = {
  'ECR Public': ['Amazon ECR Public', '2020-10-30'],
  'Amazon ECR': ['ValidatePullThroughCacheRule', '2015-09-21'],
  'AWS JSON': ['application/x-amz-json-1.1', 'SpencerFrontendService'],
  '/v2/': ['registry/2.0', 'Bearer realm=', 'tags/list', 'blobs/uploads'],
  logos: ['image/gif', 'There is no logo at'],
  'the home page': ['Coracle, a container registry'],
  seed: ['the limit of a tar header'],
  archives: ['so it is no image. ', 'oci-layout'],
  interceptions: ['as the test asked for'],
  snapshots: ['The snapshot cannot be restored'],
};
type Part = keyof typeof markers;

const source = (path: string) => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url));
/** Whole names: a plain `@coracle/core` would also replace the start of the other one. */
const alias = [
  { find: /^@coracle\/core\/testing$/, replacement: source('core/src/testing/index.ts') },
  ...['aws-sdk', 'core', 'fetch-handler', 'image-tar'].map((name) => ({
    find: new RegExp(`^@coracle/${name}$`),
    replacement: source(`${name}/src/index.ts`),
  })),
];

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
    resolve: { alias },
    build: { write: false, minify: true, lib: { entry, formats: ['es'], fileName: 'bundle' } },
  });
  const [{ output: files } = { output: [] }] = output as Rolldown.RolldownOutput[];
  return files.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

/** The parts that are in a bundle whole, and those of which it has something. */
async function partsOf(program: string): Promise<{ whole: string[]; some: string[] }> {
  const code = await bundle(program);
  const parts = Object.entries(markers);
  return {
    whole: parts.flatMap(([name, texts]) => (texts.every((text) => code.includes(text)) ? [name] : [])),
    some: parts.flatMap(([name, texts]) => (texts.some((text) => code.includes(text)) ? [name] : [])),
  };
}

const engineOf = (...services: readonly string[]): string =>
  `import { ${['createEngine', ...services].join(', ')} } from '@coracle/core';
   export const engine = (storage) => createEngine({ storage, services: [${services.join(', ')}] });`;

const handlerOf = (...faces: readonly string[]): string =>
  `import { ${['serveFaces', ...faces].join(', ')} } from '@coracle/fetch-handler';
   export const handler = (engine) => serveFaces(engine, { faces: [${faces.map((face) => `${face}()`).join(', ')}] });`;

describe('a bundle', () => {
  it.each<[string, string, Part[]]>([
    ['no service', engineOf(), []],
    ['ECR Public', engineOf('ecrPublic'), ['ECR Public']],
    ['Amazon ECR', engineOf('ecr'), ['Amazon ECR']],
    ['both services', engineOf('ecrPublic', 'ecr'), ['ECR Public', 'Amazon ECR']],
    ['no face', handlerOf(), []],
    ['AWS JSON', handlerOf('awsJson'), ['AWS JSON']],
    ['/v2/', handlerOf('v2'), ['/v2/']],
    ['logos', handlerOf('logos'), ['logos']],
    ['the home page', handlerOf('home'), ['the home page']],
    ['all faces but AWS JSON', handlerOf('v2', 'logos', 'home'), ['/v2/', 'logos', 'the home page']],
    ['all faces but /v2/', handlerOf('awsJson', 'logos', 'home'), ['AWS JSON', 'logos', 'the home page']],
    ['all faces but logos', handlerOf('awsJson', 'v2', 'home'), ['AWS JSON', '/v2/', 'the home page']],
    ['the AWS SDK', `export { awsSdk } from '@coracle/aws-sdk';`, ['AWS JSON']],
    ['archives of images', `export { exportImage, importImage } from '@coracle/image-tar';`, ['archives']],
    [
      'the test helpers',
      `import { createEngine } from '@coracle/core';
       import { withTestHelpers } from '@coracle/core/testing';
       export const engine = (storage) => withTestHelpers(createEngine({ storage, services: [] }));`,
      ['seed', 'interceptions', 'snapshots'],
    ],
    [
      'the faces that are served by default',
      `export { createFetchHandler } from '@coracle/fetch-handler';`,
      ['AWS JSON', '/v2/', 'logos', 'the home page'],
    ],
  ])('with %s has nothing of others', async (_, program, expected) => {
    expect(await partsOf(program)).toEqual({ whole: expected, some: expected });
  });
});
