import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import { emptyRegistry, imageOf, imagesIn, push, putImage, putParts } from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import { buildArtifact, buildIndex } from '../../testing/build-image.ts';

const repositoryName = 'team/web';

/** A registry whose storage does something else just before it gives out an image for the nth time. */
async function interrupted() {
  const inner = memoryStorage();
  let countdown = 0;
  let meanwhile = async (): Promise<unknown> => undefined;
  const storage = watchedStorage(
    storageWith(inner, {
      records: {
        getMany: async (keys) => {
          if (keys.some((key) => key.startsWith('image/')) && --countdown === 0) await meanwhile();
          return inner.records.getMany(keys);
        },
      },
    }),
  );
  const registry = emptyRegistry({ storage });
  await registry.ecrPublic.createRepository({ repositoryName });
  const whenRead = (nth: number, run: () => Promise<unknown>) => {
    countdown = nth;
    meanwhile = run;
  };
  return { registry, whenRead };
}

describe('an image that is deleted by its tag', () => {
  it('is the one that the tag has moved to, where the image it was on is deleted as well', async () => {
    const { registry, whenRead } = await interrupted();
    const { ecrPublic, storage } = registry;
    const one = await push(registry, repositoryName, 'v1');
    const two = await imageOf('two');
    await putParts(registry, repositoryName, two);
    // Once to find the image, and once in the transaction that is to delete it.
    whenRead(2, async () => {
      await ecrPublic.putImage({ repositoryName, imageManifest: two.manifest, imageTag: 'v1' });
      await ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageDigest: one.digest }] });
    });
    expect(await ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'v1' }] })).toEqual({
      imageIds: [{ imageDigest: two.digest, imageTag: 'v1' }],
      failures: [],
    });
    expect(await imagesIn(registry, repositoryName)).toEqual([]);
    await expectConsistent(storage);
  });

  it('is not another one than the digest beside the tag says', async () => {
    const { registry, whenRead } = await interrupted();
    const { ecrPublic } = registry;
    const one = await push(registry, repositoryName, 'v1');
    const two = await imageOf('two');
    await putParts(registry, repositoryName, two);
    whenRead(2, () => ecrPublic.putImage({ repositoryName, imageManifest: two.manifest, imageTag: 'v1' }));
    const imageIds = [{ imageDigest: one.digest, imageTag: 'v1' }];
    const { failures } = await ecrPublic.batchDeleteImage({ repositoryName, imageIds });
    expect(failures.map(({ failureCode }) => failureCode)).toEqual(['ImageTagDoesNotMatchDigest']);
    expect(await imagesIn(registry, repositoryName)).toHaveLength(2);
  });
});

describe('an image that is deleted', () => {
  it('is no referrer of its subject any more', async () => {
    const { registry } = await interrupted();
    const subject = await push(registry, repositoryName, 'v1');
    const signature = await buildArtifact({ artifactType: 'text/x-signature', subject });
    const referrers = async () =>
      Object.keys((await registry.storage.contents()).records).filter((key) => key.startsWith('referrer/'));
    await putImage(registry, repositoryName, signature, 'signature');
    expect(await referrers()).toHaveLength(1);
    await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'signature' }] });
    expect(await referrers()).toEqual([]);
    await expectConsistent(registry.storage);
  });
});

describe('an image that several lists name', () => {
  it('stays until the last of them is deleted', async () => {
    const registry = emptyRegistry();
    const { ecrPublic, storage } = registry;
    await ecrPublic.createRepository({ repositoryName });
    const child = await push(registry, repositoryName, 'child');
    const lists = await Promise.all(
      ['a', 'b', 'c'].map((name) => buildIndex({ images: [child], annotations: { name } })),
    );
    for (const list of lists) await putImage(registry, repositoryName, list);
    const remove = (imageDigest: string) => ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageDigest }] });
    for (const [i, list] of lists.entries()) {
      const naming = lists.slice(i).map(({ digest }) => digest);
      const { failures } = await remove(child.digest);
      expect(failures).toMatchObject([{ failureCode: 'ImageReferencedByManifestList' }]);
      expect(failures[0]?.failureReason).toBe(
        `Requested image referenced by manifest list: [${naming.sort().join(', ')}]`,
      );
      expect((await remove(list.digest)).failures).toEqual([]);
      await expectConsistent(storage);
    }
    expect((await remove(child.digest)).failures).toEqual([]);
  });
});
