import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import {
  bytesOf,
  defaultAlias,
  emptyRegistry,
  imageOf,
  imagesIn,
  putParts,
  refusalOf,
  textOf,
} from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import { buildIndex } from '../../testing/build-image.ts';

const repositoryName = 'team/web';

/** A registry whose storage can be told to fail: before it writes, or after it has written. */
async function failing() {
  const inner = memoryStorage();
  const state: { fails?: 'before' | 'after' | 'bytes' } = {};
  const storage = watchedStorage(
    storageWith(inner, {
      records: {
        commit: async (change) => {
          if (state.fails === 'before') throw new Error('the storage is away');
          const result = await inner.records.commit(change);
          if (state.fails === 'after') throw new Error('the answer was lost');
          return result;
        },
      },
      bytes: {
        put: async (id, bytes) => {
          if (state.fails === 'bytes') throw new Error('disk full');
          return inner.bytes.put(id, bytes);
        },
      },
    }),
  );
  const registry = emptyRegistry({ storage });
  await registry.ecrPublic.createRepository({ repositoryName });
  const image = await imageOf('web');
  await putParts(registry, repositoryName, image);
  const put = () => registry.ecrPublic.putImage({ repositoryName, imageManifest: image.manifest, imageTag: 'v1' });
  return { registry, image, put, state };
}

describe('a push that the storage fails', () => {
  it.each(['before', 'bytes'] as const)('(%s the writes) leaves no image, and can be tried again', async (fails) => {
    const { registry, image, put, state } = await failing();
    state.fails = fails;
    expect((await refusalOf(put())).name).toBe('ServerException');
    delete state.fails;
    expect(await imagesIn(registry, repositoryName)).toEqual([]);
    await put();
    expect(await imagesIn(registry, repositoryName)).toEqual([[image.digest, ['v1']]]);
  });

  it('after the writes leaves a whole image, as the next try says', async () => {
    const { registry, image, put, state } = await failing();
    const { distribution } = registry;
    const at = await distribution.locate('public.ecr.aws', `${defaultAlias}/${repositoryName}`);
    state.fails = 'after';
    expect((await refusalOf(put())).name).toBe('ServerException');
    delete state.fails;
    expect((await refusalOf(put())).name).toBe('ImageAlreadyExistsException');
    expect(await distribution.putManifest(at, 'v1', { bytes: bytesOf(image.manifest) })).toMatchObject({
      digest: image.digest,
    });
    expect(textOf((await distribution.getManifest(at, 'v1')).bytes)).toBe(image.manifest);
    await expectConsistent(registry.storage);
  });
});

describe('a list that gets a second tag', () => {
  it('names its images once, so that they can go when it is gone', async () => {
    const registry = emptyRegistry();
    const { ecrPublic, storage } = registry;
    await ecrPublic.createRepository({ repositoryName });
    const child = await imageOf('child');
    const list = await buildIndex({ images: [child] });
    await putParts(registry, repositoryName, list);
    for (const imageTag of ['v1', 'v2']) {
      await ecrPublic.putImage({ repositoryName, imageManifest: list.manifest, imageTag });
    }
    await expectConsistent(storage);
    for (const imageDigest of [list.digest, child.digest]) {
      const { failures } = await ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageDigest }] });
      expect(failures).toEqual([]);
    }
  });
});
