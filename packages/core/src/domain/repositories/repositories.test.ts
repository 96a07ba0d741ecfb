import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import {
  account,
  bytesOf,
  emptyRegistry,
  imageOf,
  imagesIn,
  putImage,
  putParts,
  refusalOf,
  repositoryArn,
  repositoryMissing,
  type TestRegistry,
  uploadParts,
} from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import type { ListRange } from '../../storage/port.ts';

const repositoryName = 'team/web';

/** A registry in which something else is done in the middle of a call: once the repository is read, or after a list. */
async function interrupted() {
  const inner = memoryStorage();
  const state: {
    afterFinding?: boolean;
    afterList?: (range: ListRange) => boolean;
    meanwhile?: () => Promise<unknown>;
  } = {};
  const interrupt = async () => {
    const { meanwhile } = state;
    delete state.meanwhile;
    await meanwhile?.();
  };
  const storage = watchedStorage(
    storageWith(inner, {
      records: {
        getMany: async (keys) => {
          const records = await inner.records.getMany(keys);
          if (state.afterFinding && keys.some((key) => key.startsWith('repository/'))) await interrupt();
          return records;
        },
        list: async (range) => {
          const page = await inner.records.list(range);
          if (state.afterList?.(range)) await interrupt();
          return page;
        },
      },
    }),
  );
  const registry = emptyRegistry({ storage, limits: { minPartBytes: 1 } });
  await registry.ecrPublic.createRepository({ repositoryName });
  return { registry, state };
}

async function createAnew({ ecrPublic }: TestRegistry): Promise<void> {
  await ecrPublic.deleteRepository({ repositoryName, force: true });
  await ecrPublic.createRepository({ repositoryName });
}

const under = async ({ storage }: TestRegistry, prefix: string) =>
  Object.keys((await storage.contents()).records).filter((key) => key.startsWith(prefix));

describe('a repository that is deleted and created again in the middle of a call', () => {
  const resourceArn = repositoryArn(repositoryName);
  const policyText = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}';

  /** The calls that write into a repository, and what must be there before. */
  const calls: Record<string, (registry: TestRegistry) => Promise<() => Promise<unknown>>> = {
    PutImage: async (registry) => {
      const image = await imageOf('web');
      await putParts(registry, repositoryName, image);
      return () => registry.ecrPublic.putImage({ repositoryName, imageManifest: image.manifest, imageTag: 'v1' });
    },
    BatchDeleteImage: async (registry) => {
      await putImage(registry, repositoryName, await imageOf('web'), 'v1');
      return () => registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'v1' }] });
    },
    InitiateLayerUpload: async (registry) => () => registry.ecrPublic.initiateLayerUpload({ repositoryName }),
    UploadLayerPart: async (registry) => {
      const uploadId = await uploadParts(registry, repositoryName, []);
      const part = { partFirstByte: 0, partLastByte: 3, layerPartBlob: bytesOf('four') };
      return () => registry.ecrPublic.uploadLayerPart({ repositoryName, uploadId, ...part });
    },
    CompleteLayerUpload: async (registry) => {
      const uploadId = await uploadParts(registry, repositoryName, ['four']);
      return () => registry.ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests: ['any:0'] });
    },
    PutRepositoryCatalogData: async (registry) => () =>
      registry.ecrPublic.putRepositoryCatalogData({
        repositoryName,
        catalogData: { description: 'x', logoImageBlob: bytesOf('png') },
      }),
    SetRepositoryPolicy: async (registry) => () =>
      registry.ecrPublic.setRepositoryPolicy({ repositoryName, policyText }),
    DeleteRepositoryPolicy: async (registry) => {
      await registry.ecrPublic.setRepositoryPolicy({ repositoryName, policyText });
      return () => registry.ecrPublic.deleteRepositoryPolicy({ repositoryName });
    },
    TagResource: async (registry) => () =>
      registry.ecrPublic.tagResource({ resourceArn, tags: [{ Key: 'a', Value: 'b' }] }),
    UntagResource: async (registry) => () => registry.ecrPublic.untagResource({ resourceArn, tagKeys: ['a'] }),
  };

  it.each(Object.keys(calls))('is not the one that %s has found: nothing is written into either', async (name) => {
    const { registry, state } = await interrupted();
    const call = await calls[name]?.(registry);
    if (!call) expect.fail('No such call');
    let then: unknown;
    state.meanwhile = async () => {
      await createAnew(registry);
      then = await registry.storage.contents();
    };
    state.afterFinding = true;
    expect(await refusalOf(call())).toEqual({
      name: 'RepositoryNotFoundException',
      message: repositoryMissing(repositoryName, account),
    });
    expect((await registry.storage.contents()).records).toEqual((then as { records: object }).records);
  });
});

describe('a repository that is deleted without force', () => {
  it('is not, where an image comes after it was found to be empty', async () => {
    const { registry, state } = await interrupted();
    const image = await imageOf('web');
    await putParts(registry, repositoryName, image);
    state.afterList = ({ prefix, limit }) => prefix.startsWith('pushed/') && limit === 1;
    state.meanwhile = () =>
      registry.ecrPublic.putImage({ repositoryName, imageManifest: image.manifest, imageTag: 'v1' });
    expect((await refusalOf(registry.ecrPublic.deleteRepository({ repositoryName }))).name).toBe(
      'RepositoryNotEmptyException',
    );
    expect(await imagesIn(registry, repositoryName)).toEqual([[image.digest, ['v1']]]);
    await expectConsistent(registry.storage);
  });

  it('is, where its last image goes after it was found not to be empty', async () => {
    const { registry, state } = await interrupted();
    await putImage(registry, repositoryName, await imageOf('web'), 'v1');
    state.afterList = ({ prefix, limit }) => prefix.startsWith('pushed/') && limit === 1;
    state.meanwhile = () => registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'v1' }] });
    await registry.ecrPublic.deleteRepository({ repositoryName });
    expect((await registry.ecrPublic.describeRepositories()).repositories).toEqual([]);
  });

  it('leaves a note of what is still to be collected', async () => {
    const { registry } = await interrupted();
    const [key] = await under(registry, 'usage/');
    await registry.ecrPublic.deleteRepository({ repositoryName });
    expect(await under(registry, 'gone/')).toEqual([key?.replace('usage/', 'gone/')]);
    expect(await under(registry, 'usage/')).toEqual([]);
  });
});

describe('the count of repositories', () => {
  it('is right after any creations and deletions, in each registry', async () => {
    const { registry } = await interrupted();
    const names = Array.from({ length: 40 }, (_, i) => `r${i}`);
    for (const name of names) await registry.ecrPublic.createRepository({ repositoryName: name });
    for (const name of names.slice(0, 15)) await registry.ecrPublic.deleteRepository({ repositoryName: name });
    for (const name of names.slice(10, 12)) await registry.ecr.createRepository({ repositoryName: name });
    await expectConsistent(registry.storage);
    expect((await under(registry, 'count/public/')).length).toBeGreaterThan(5);
  });
});
