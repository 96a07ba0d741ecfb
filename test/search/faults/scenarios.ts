import type { Engine } from '@coracle/core';
import { expect } from 'vitest';
import { bytesOf } from '../../../packages/core/test-support/registry.ts';
import {
  blobsHold,
  create,
  describe,
  followLocations,
  image,
  index,
  logoAt,
  many,
  other,
  pushBlobs,
  pushManifest,
  pushTags,
  put,
  putBlobs,
  putLayers,
  referrersOf,
  remove,
  repositoryName,
  resourceArn,
  type Step,
  seed,
  sign,
  signature,
} from './steps.ts';

/** The steps of a client, which it can do again when it does not know what became of them. */
export interface Scenario {
  readonly name: string;
  /** Makes the state before the first failure. */
  before(engine: Engine): Promise<unknown>;
  readonly steps: readonly Step[];
}

export const limits = { minPartBytes: 4, public: { repositoriesPerRegistry: 4, imagesPerRepository: 6 } };

export const scenarios: readonly Scenario[] = [
  {
    name: 'layers in parts, then PutImage',
    before: create,
    steps: [
      { run: (engine) => putLayers(engine, image, false), holds: blobsHold(image) },
      put(image, 'v1'),
      put(image, 'v2'),
    ],
  },
  {
    name: 'layers in parts by a client that tries each call again',
    before: create,
    steps: [{ run: (engine) => putLayers(engine, image, true), holds: blobsHold(image) }],
  },
  {
    name: 'a push as docker does it, of an index with two images',
    before: create,
    steps: [
      ...pushBlobs(image),
      pushManifest(image),
      {
        run: (engine) => putBlobs(engine, other),
        holds: blobsHold(other),
      },
      pushManifest(other),
      pushManifest(index, 'latest'),
    ],
  },
  {
    name: 'blobs in chunks that follow the locations of their uploads',
    before: create,
    steps: image.blobs.map(followLocations),
  },
  {
    name: 'a tag that moves',
    before: (engine) => seed(engine, { v1: image, v2: other }),
    steps: [put(other, 'v1'), pushManifest(image, 'v2')],
  },
  {
    name: 'an image with many tags, some of them of others',
    before: async (engine) => {
      await seed(engine, { v1: image, v2: other });
      await putLayers(engine, many, false);
    },
    steps: [pushTags(many, ['v1', 'v2', 'v3'])],
  },
  {
    name: 'a signature that is pushed',
    before: async (engine) => {
      await seed(engine, { v1: image });
      await putBlobs(engine, signature);
    },
    steps: [sign],
  },
  {
    name: 'a signature that is deleted',
    before: async (engine) => {
      await seed(engine, { v1: image });
      await putBlobs(engine, signature);
      await sign.run(engine);
    },
    steps: [
      {
        ...remove([{ imageDigest: signature.digest }], signature),
        holds: async (engine) => expect(await referrersOf(engine, image)).toEqual([]),
      },
    ],
  },
  {
    name: 'a list that is deleted, then its images',
    before: (engine) => seed(engine, { v1: image, list: index }),
    steps: [
      remove([{ imageTag: 'list' }], index),
      remove([{ imageDigest: other.digest }], other),
      remove([{ imageTag: 'v1' }], image),
    ],
  },
  {
    name: 'a repository with catalog data, a logo, tags and a policy',
    before: async () => undefined,
    steps: [
      {
        run: ({ ecrPublic }) =>
          ecrPublic.createRepository({
            repositoryName,
            catalogData: { description: 'one', logoImageBlob: bytesOf('first logo') },
            tags: [{ Key: 'a', Value: '1' }],
          }),
        holds: async (engine) => expect(await logoAt(engine)).toBeDefined(),
        doneAlready: 'RepositoryAlreadyExistsException',
      },
      {
        run: ({ ecrPublic }) =>
          ecrPublic.putRepositoryCatalogData({
            repositoryName,
            catalogData: { description: 'two', logoImageBlob: bytesOf('second logo') },
          }),
        holds: async (engine) => {
          expect(await logoAt(engine)).toEqual(bytesOf('second logo'));
          expect(await describe(engine)).toBe('two');
        },
      },
      {
        run: ({ ecrPublic }) => ecrPublic.tagResource({ resourceArn, tags: [{ Key: 'b', Value: '2' }] }),
        holds: async ({ ecrPublic }) =>
          expect((await ecrPublic.listTagsForResource({ resourceArn })).tags).toHaveLength(2),
      },
      {
        run: ({ ecrPublic }) => ecrPublic.putRegistryCatalogData({ displayName: 'Acme' }),
        holds: async ({ ecrPublic }) =>
          expect((await ecrPublic.getRegistryCatalogData()).registryCatalogData).toEqual({ displayName: 'Acme' }),
      },
    ],
  },
  {
    name: 'a repository that is deleted',
    before: async (engine) => {
      await seed(engine, { v1: image, list: index });
      await engine.ecrPublic.initiateLayerUpload({ repositoryName });
    },
    steps: [
      {
        run: ({ ecrPublic }) => ecrPublic.deleteRepository({ repositoryName, force: true }),
        holds: async ({ ecrPublic }) => expect((await ecrPublic.describeRepositories()).repositories).toEqual([]),
        doneAlready: 'RepositoryNotFoundException',
      },
    ],
  },
];
