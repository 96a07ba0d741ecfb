import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { expectConsistent, randomNumbers, shuffledStorage } from '../../test-support/consistency.ts';
import {
  defaultAlias,
  digestOf,
  emptyRegistry,
  imageOf,
  imagesIn,
  putImage,
  putParts,
  refusalOf,
  streamOf,
  type TestRegistry,
} from '../../test-support/registry.ts';
import { watchedStorage } from '../../test-support/storage.ts';
import { RegistryError } from '../errors.ts';
import { type BuiltImage, buildIndex } from '../testing/build-image.ts';

/** Rules that hold for every order of the calls. Each seed makes another order. */

const repositoryName = 'team/web';
const seeds = Array.from({ length: 8 }, (_, i) => i + 1);

function shuffled(seed: number): TestRegistry {
  return emptyRegistry({ storage: watchedStorage(shuffledStorage(memoryStorage(), seed)) });
}

async function withRepository(seed: number): Promise<TestRegistry> {
  const registry = shuffled(seed);
  await registry.ecrPublic.createRepository({ repositoryName });
  return registry;
}

const put = ({ ecrPublic }: TestRegistry, { manifest }: BuiltImage, imageTag?: string) =>
  ecrPublic.putImage({ repositoryName, imageManifest: manifest, ...(imageTag === undefined ? {} : { imageTag }) });

/** Returns 'done' or the exception's name for each call. An error that is not a refusal fails the test. */
const outcomes = async (calls: readonly Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(calls)).map((outcome) => {
    if (outcome.status === 'fulfilled') return 'done';
    if (!(outcome.reason instanceof RegistryError) || outcome.reason.fault === 'server') throw outcome.reason;
    return outcome.reason.name;
  });

describe.each(seeds)('calls that race, in the order of seed %i', (seed) => {
  it('create 50 repositories of different names', async () => {
    const registry = shuffled(seed);
    const names = Array.from({ length: 50 }, (_, i) => `r${i}`);
    await Promise.all(names.map((name) => registry.ecrPublic.createRepository({ repositoryName: name })));
    const { repositories } = await registry.ecrPublic.describeRepositories();
    expect(repositories.map((one) => one.repositoryName)).toEqual([...names].sort());
    await expectConsistent(registry.storage);
  });

  it('create a repository once, of 20 calls for one name', async () => {
    const registry = shuffled(seed);
    const calls = Array.from({ length: 20 }, (_, i) =>
      registry.ecrPublic.createRepository({
        repositoryName,
        catalogData: { description: `${i}` },
        tags: [{ Key: 'n', Value: `${i}` }],
      }),
    );
    const results = await outcomes(calls);
    expect(results.filter((result) => result === 'done')).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(['done', 'RepositoryAlreadyExistsException']));
    const { catalogData } = await registry.ecrPublic.getRepositoryCatalogData({ repositoryName });
    expect(catalogData).toEqual({ description: `${results.indexOf('done')}` });
    await expectConsistent(registry.storage);
  });

  it('push 50 different images to one repository', async () => {
    const registry = await withRepository(seed);
    const images = await Promise.all(Array.from({ length: 50 }, (_, i) => imageOf(`image ${i}`)));
    await Promise.all(images.map((image, i) => putImage(registry, repositoryName, image, `v${i}`)));
    const pushed = await imagesIn(registry, repositoryName);
    expect(new Map(pushed)).toEqual(new Map(images.map(({ digest }, i) => [digest, [`v${i}`]])));
    await expectConsistent(registry.storage);
  });

  it('push one image under many tags, each of them once', async () => {
    const registry = await withRepository(seed);
    const image = await imageOf('shared');
    await putParts(registry, repositoryName, image);
    const tags = Array.from({ length: 10 }, (_, i) => `v${i}`);
    const results = await outcomes([...tags, ...tags].map((tag) => put(registry, image, tag)));
    expect(results.filter((result) => result === 'done')).toHaveLength(10);
    expect(results.filter((result) => result === 'ImageAlreadyExistsException')).toHaveLength(10);
    expect(await imagesIn(registry, repositoryName)).toEqual([[image.digest, tags]]);
    await expectConsistent(registry.storage);
  });

  it('leave a tag on one image when many move it', async () => {
    const registry = await withRepository(seed);
    const images = await Promise.all(Array.from({ length: 10 }, (_, i) => imageOf(`image ${i}`)));
    for (const image of images) await putImage(registry, repositoryName, image);
    const moves = [...images, ...images].map((image) => put(registry, image, 'latest'));
    expect(new Set(await outcomes(moves))).toContain('done');
    const tagged = (await imagesIn(registry, repositoryName)).filter(([, tags]) => tags.length > 0);
    expect(tagged.map(([, tags]) => tags)).toEqual([['latest']]);
    const { imageTagDetails } = await registry.ecrPublic.describeImageTags({ repositoryName });
    expect(imageTagDetails.map(({ imageDetail }) => imageDetail.imageDigest)).toEqual(tagged.map(([digest]) => digest));
    await expectConsistent(registry.storage);
  });

  it('never delete a repository under an image that was just acknowledged', async () => {
    const registry = await withRepository(seed);
    const image = await imageOf('web');
    await putParts(registry, repositoryName, image);
    const [pushed, deleted] = await outcomes([
      put(registry, image, 'v1'),
      registry.ecrPublic.deleteRepository({ repositoryName }),
    ]);
    if (pushed === 'done') {
      expect(deleted).toBe('RepositoryNotEmptyException');
      expect(await imagesIn(registry, repositoryName)).toEqual([[image.digest, ['v1']]]);
    } else {
      expect([pushed, deleted]).toEqual(['RepositoryNotFoundException', 'done']);
    }
    await expectConsistent(registry.storage);
  });

  it('never put an image into a repository that was created again meanwhile', async () => {
    const registry = await withRepository(seed);
    const image = await imageOf('web');
    await putParts(registry, repositoryName, image);
    const anew = async () => {
      await registry.ecrPublic.deleteRepository({ repositoryName, force: true });
      await registry.ecrPublic.createRepository({ repositoryName });
    };
    const [pushed] = await outcomes([put(registry, image, 'v1'), anew()]);
    expect(['done', 'RepositoryNotFoundException', 'LayersNotFoundException']).toContain(pushed);
    expect(await imagesIn(registry, repositoryName)).toEqual([]);
  });

  it('never delete an image that a list names, nor put a list that names a deleted image', async () => {
    const registry = await withRepository(seed);
    const image = await putImage(registry, repositoryName, await imageOf('child'));
    const list = await buildIndex({ images: [image] });
    const imageIds = [{ imageDigest: image.digest }];
    const [deletion, [pushed]] = await Promise.all([
      registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds }),
      outcomes([put(registry, list, 'v1')]),
    ]);
    const images = (await imagesIn(registry, repositoryName)).map(([digest]) => digest);
    if (pushed === 'done') {
      expect(deletion.failures.map(({ failureCode }) => failureCode)).toEqual(['ImageReferencedByManifestList']);
      expect(images.sort()).toEqual([image.digest, list.digest].sort());
    } else {
      expect([pushed, images]).toEqual(['ReferencedImagesNotFoundException', []]);
    }
    await expectConsistent(registry.storage);
  });

  it('delete by a tag what the tag is on, wherever it has moved', async () => {
    const registry = await withRepository(seed);
    const one = await putImage(registry, repositoryName, await imageOf('one'), 'v1');
    const two = await putImage(registry, repositoryName, await imageOf('two'));
    const [deletion] = await Promise.all([
      registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
      put(registry, two, 'v1'),
    ]);
    // The tag was there all the time, on one image or on the other.
    expect(deletion.failures).toEqual([]);
    const [gone] = deletion.imageIds;
    const left = new Map(await imagesIn(registry, repositoryName));
    expect(left).toEqual(
      gone?.imageDigest === one.digest ? new Map([[two.digest, ['v1']]]) : new Map([[one.digest, []]]),
    );
    await expectConsistent(registry.storage);
  });

  it('add tags while others are deleted, without losing any', async () => {
    const registry = await withRepository(seed);
    const image = await putImage(registry, repositoryName, await imageOf('web'), 'stays');
    for (let i = 0; i < 5; i++) await put(registry, image, `old${i}`);
    await Promise.all([
      ...Array.from({ length: 5 }, (_, i) => put(registry, image, `new${i}`)),
      ...Array.from({ length: 5 }, (_, i) =>
        registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: `old${i}` }] }),
      ),
    ]);
    expect(await imagesIn(registry, repositoryName)).toEqual([
      [image.digest, ['new0', 'new1', 'new2', 'new3', 'new4', 'stays']],
    ]);
    await expectConsistent(registry.storage);
  });

  it('upload one layer from many sides at once, and store it once', async () => {
    const registry = await withRepository(seed);
    const image = await imageOf('same');
    await Promise.allSettled(Array.from({ length: 8 }, () => putParts(registry, repositoryName, image)));
    await put(registry, image, 'v1');
    expect(Object.keys((await registry.storage.contents()).records).filter((key) => key.startsWith('upload/'))).toEqual(
      [],
    );
    await expectConsistent(registry.storage);
  });

  it('append to one upload: what is acknowledged is in the blob, in its place', async () => {
    const registry = await withRepository(seed);
    const { distribution } = registry;
    const at = await distribution.locate('public.ecr.aws', `${defaultAlias}/${repositoryName}`);
    const { uploadId } = await distribution.startUpload(at);
    const taken: [size: number, text: string][] = [];
    const appends = Array.from({ length: 12 }, async (_, i) => {
      const text = `chunk ${i}, `.repeat(i + 1);
      taken.push([(await distribution.appendToUpload(at, uploadId, streamOf(text))).size, text]);
    });
    expect(new Set(await outcomes(appends))).toEqual(new Set(['done', 'InvalidLayerPartException']));
    const text = taken.sort(([a], [b]) => a - b).map(([, chunk]) => chunk);
    const digest = await digestOf(text.join(''));
    expect(await distribution.finishUpload(at, uploadId, digest)).toEqual({ digest, size: taken.at(-1)?.[0] });
    await expectConsistent(registry.storage);
  });

  it('keep the number of images within its quota', async () => {
    const registry = emptyRegistry({
      storage: watchedStorage(shuffledStorage(memoryStorage(), seed)),
      limits: { public: { imagesPerRepository: 5 } },
    });
    await registry.ecrPublic.createRepository({ repositoryName });
    const images = await Promise.all(Array.from({ length: 12 }, (_, i) => imageOf(`image ${i}`)));
    for (const image of images) await putParts(registry, repositoryName, image);
    const results = await outcomes(images.map((image) => put(registry, image)));
    expect(results.filter((result) => result === 'done')).toHaveLength(5);
    expect(new Set(results)).toEqual(new Set(['done', 'LimitExceededException']));
    await expectConsistent(registry.storage);
  });
});

describe.each(seeds)('any sequence of pushes and deletions, as seed %i has it', (seed) => {
  it('leaves what a list of images with their tags says', async () => {
    const random = randomNumbers(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const registry = emptyRegistry();
    await registry.ecrPublic.createRepository({ repositoryName });
    const images = await Promise.all(Array.from({ length: 5 }, (_, i) => imageOf(`image ${i}`)));
    for (const image of images) await putParts(registry, repositoryName, image);
    const tags = ['a', 'b', 'c'];
    const expected = new Map<string, Set<string>>();

    for (let step = 0; step < 60; step++) {
      const image = pick(images);
      const tag = pick([...tags, undefined]);
      const own = expected.get(image.digest);
      const holder = [...expected].find(([, its]) => tag !== undefined && its.has(tag));
      if (random() < 0.6) {
        const refused = own && (tag === undefined || own.has(tag));
        const call = put(registry, image, tag);
        if (refused) expect((await refusalOf(call)).name).toBe('ImageAlreadyExistsException');
        else {
          await call;
          if (tag !== undefined) holder?.[1].delete(tag);
          expected.set(image.digest, new Set([...(own ?? []), ...(tag === undefined ? [] : [tag])]));
        }
      } else if (tag === undefined) {
        await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageDigest: image.digest }] });
        expected.delete(image.digest);
      } else {
        await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: tag }] });
        holder?.[1].delete(tag);
        if (holder && holder[1].size === 0) expected.delete(holder[0]);
      }
    }

    const sorted = new Map([...expected].map(([digest, its]) => [digest, [...its].sort()]));
    expect(new Map(await imagesIn(registry, repositoryName))).toEqual(sorted);
    await expectConsistent(registry.storage);
  });
});
