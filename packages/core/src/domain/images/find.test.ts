import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { bytesOf, defaultAlias, emptyRegistry, hour, imageOf, push, putImage } from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import { createEngine, ecr, ecrPublic, type Guarantees, type StoredRecord } from '../../index.ts';

const repositoryName = 'team/web';
const at = { host: 'localhost', path: `${defaultAlias}/${repositoryName}` };
const remote: Guarantees = { atomicCommit: true, freshReads: true, remote: true };
const lagging: Guarantees = { atomicCommit: false, freshReads: false, remote: true };

/** A registry on a storage that is remote, and all the records that it has been given since the last time. */
async function remoteRegistry(guarantees = remote) {
  const inner = watchedStorage(memoryStorage());
  let given: (StoredRecord | undefined)[] = [];
  let calls = 0;
  const storage = {
    ...storageWith(inner, {
      records: {
        guarantees,
        getMany: async (keys) => {
          calls++;
          const found = await inner.records.getMany(keys);
          given.push(...found);
          return found;
        },
        list: async (range) => {
          calls++;
          const page = await inner.records.list(range);
          given.push(...page.entries);
          return page;
        },
      },
    }),
    contents: () => inner.contents(),
  };
  const registry = emptyRegistry({ storage });
  await registry.ecrPublic.createRepository({ repositoryName });
  /** Counts the reads of a call, and says whether a manifest came with them. */
  const readBy = async (call: () => Promise<unknown>) => {
    [given, calls] = [[], 0];
    await call();
    const manifests = given.filter((record) => JSON.stringify(record?.value)?.includes('schemaVersion')).length;
    return { calls, manifests };
  };
  const textOf = async (reference: string) =>
    new TextDecoder().decode((await registry.distribution.getManifest(at, reference)).bytes);
  return { ...registry, registry, inner, textOf, readBy };
}

/** The key of the only record whose key has these two parts. */
async function keyOf(contents: Promise<{ readonly records: object }>, kind: string, end: string): Promise<string> {
  const found = Object.keys((await contents).records).filter((key) => key.startsWith(kind) && key.endsWith(end));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

describe.each([
  ['with atomic commits', remote],
  ['that lags', lagging],
])('on a remote storage %s', (_, guarantees) => {
  it('no page that shows tags reads a manifest', async () => {
    const { registry, ecrPublic, distribution, readBy } = await remoteRegistry(guarantees);
    const image = await push(registry, repositoryName, 'v1');
    await putImage(registry, repositoryName, image, 'v2');
    await push(registry, repositoryName, 'v3');
    for (const call of [
      () => ecrPublic.describeImageTags({ repositoryName }),
      () => ecrPublic.describeImages({ repositoryName }),
      () => ecrPublic.describeImages({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
      () => distribution.getTags(at),
    ]) {
      expect(await readBy(call)).toMatchObject({ manifests: 0 });
    }
    const { imageTagDetails } = await ecrPublic.describeImageTags({ repositoryName });
    expect(imageTagDetails.map(({ imageTag }) => imageTag)).toEqual(['v1', 'v2', 'v3']);
    expect(imageTagDetails[0]?.imageDetail?.imageDigest).toBe(image.digest);
  });

  it('a pull by tag or by digest reads a small manifest along with the record that names it', async () => {
    const { registry, distribution, readBy, textOf } = await remoteRegistry(guarantees);
    const { digest, manifest } = await push(registry, repositoryName, 'v1');
    for (const reference of ['v1', digest]) {
      expect(await textOf(reference)).toBe(manifest);
      expect(await readBy(() => distribution.getManifest(at, reference))).toEqual({ calls: 2, manifests: 1 });
    }
  });

  it('a tag that moves brings along its manifest, be it small or large', async () => {
    const { registry, distribution, storage, textOf } = await remoteRegistry(guarantees);
    const small = await push(registry, repositoryName, 'latest');
    const large = { ...small, manifest: `${small.manifest}${' '.repeat(16 * 1024)}` };
    const next = await push(registry, repositoryName, 'next');
    for (const { manifest } of [small, large, next, large, small]) {
      await distribution.putManifest(at, 'latest', { bytes: bytesOf(manifest) });
      expect(await textOf('latest')).toBe(manifest);
      const besides = Object.keys((await storage.contents()).records).filter((key) => /^manifest\/.*latest$/.test(key));
      expect(besides).toHaveLength(manifest === large.manifest ? 0 : 1);
    }
  });

  it('removed tags and images leave no manifest behind', async () => {
    const { registry, ecrPublic, distribution, storage } = await remoteRegistry(guarantees);
    const image = await push(registry, repositoryName, 'v1');
    for (const tag of ['v2', 'v3']) await putImage(registry, repositoryName, image, tag);
    await push(registry, repositoryName, 'other');
    await distribution.deleteManifest(at, 'v1');
    await ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'v2' }] });
    await distribution.deleteManifest(at, image.digest);
    const manifests = async () =>
      Object.keys((await storage.contents()).records).filter((key) => key.startsWith('manifest/'));
    expect(await manifests()).toEqual([expect.stringMatching(/\/other$/)]);
    await ecrPublic.deleteRepository({ repositoryName, force: true });
    for (let run = 0; run < 2; run++) {
      await registry.engine.collectGarbage({ grace: 0 });
      registry.clock.advance(hour);
    }
    expect(await manifests()).toEqual([]);
  });
});

describe('a tag whose manifest is seen in another state', () => {
  it('gives the image that it points at', async () => {
    const { registry, storage, inner, textOf } = await remoteRegistry(lagging);
    const first = await push(registry, repositoryName, 'v1');
    const [old] = await inner.records.getMany([await keyOf(storage.contents(), 'manifest/', '/v1')]);
    const second = await putImage(registry, repositoryName, await imageOf('second'), 'v1');
    expect(await textOf('v1')).toBe(second.manifest);
    await inner.records.commit({ put: old ? [old] : [] });
    expect(await textOf('v1')).toBe(second.manifest);
    await inner.records.commit({ remove: [old?.key ?? ''] });
    expect(await textOf('v1')).toBe(second.manifest);
    // Not even the image can be seen yet: it is as if the tag had not moved.
    await inner.records.commit({
      put: old ? [old] : [],
      remove: [await keyOf(storage.contents(), 'image/', second.digest)],
    });
    expect(await textOf('v1')).toBe(first.manifest);
  });

  it('gives nothing if the tag is gone', async () => {
    const { registry, storage, inner, distribution } = await remoteRegistry(lagging);
    await push(registry, repositoryName, 'v1');
    await inner.records.commit({ remove: [await keyOf(storage.contents(), 'tag/', '/v1')] });
    await expect(distribution.getManifest(at, 'v1')).rejects.toThrow(/image/);
  });
});

it('records of a remote storage are readable in one that is not remote, as after a restore', async () => {
  const { registry, inner, textOf } = await remoteRegistry();
  const { manifest } = await push(registry, repositoryName, 'v1');
  expect(await textOf('v1')).toBe(manifest);
  const { distribution } = createEngine({ storage: inner, clock: registry.clock, services: [ecrPublic, ecr] });
  expect(new TextDecoder().decode((await distribution.getManifest(at, 'v1')).bytes)).toBe(manifest);
});
