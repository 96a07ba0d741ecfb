import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import {
  collect,
  digestOf,
  emptyRegistry,
  hour,
  imageOf,
  push,
  putImage,
  putLayer,
  registryWith,
  streamOf,
  testClock,
  uploadParts,
} from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import type { Change } from '../../index.ts';
import { buildImage } from '../../testing/index.ts';

const repositoryName = 'team/web';
const grace = 24 * hour;

const nothing = { repositories: 0, uploads: 0, layers: 0, contents: 0, bytes: 0 };

describe('a layer', () => {
  it('that no image mentions is kept while it is fresh, and goes with its bytes when it is old', async () => {
    const registry = await registryWith([repositoryName]);
    const digest = await putLayer(registry, repositoryName, 'layer');
    registry.clock.advance(grace - 1);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    registry.clock.advance(1);
    expect(await registry.engine.collectGarbage({ grace })).toEqual({ ...nothing, layers: 1, contents: 1, bytes: 5 });
    const { layers } = await registry.ecrPublic.batchCheckLayerAvailability({ repositoryName, layerDigests: [digest] });
    expect(layers).toEqual([{ layerDigest: digest, layerAvailability: 'UNAVAILABLE' }]);
    expect((await registry.storage.contents()).pieces).toEqual([]);
  });

  it('that no image mentions can be kept for longer than what is deleted', async () => {
    const registry = await registryWith([repositoryName, 'other']);
    await putLayer(registry, repositoryName, 'layer');
    await registry.ecrPublic.deleteRepository({ repositoryName: 'other' });
    registry.clock.advance(grace - 1);
    const graces = { grace: hour, layerGrace: grace };
    expect(await registry.engine.collectGarbage(graces)).toEqual({ ...nothing, repositories: 1 });
    registry.clock.advance(1);
    expect(await registry.engine.collectGarbage(graces)).toEqual({ ...nothing, layers: 1, contents: 1, bytes: 5 });
    await expect(registry.engine.collectGarbage({ layerGrace: Number.NaN })).rejects.toThrow(/^layerGrace must be /);
  });

  it('that is sent again is fresh again', async () => {
    const registry = await registryWith([repositoryName]);
    await putLayer(registry, repositoryName, 'layer');
    registry.clock.advance(grace);
    await expect(putLayer(registry, repositoryName, 'layer')).rejects.toThrow('already exists');
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
  });

  it('that an image mentions stays, however old, and goes some time after its last image', async () => {
    const registry = await registryWith([repositoryName]);
    const [one, two] = [
      await buildImage({ layers: ['shared', 'one'] }),
      await buildImage({ layers: ['shared', 'two'] }),
    ];
    await putImage(registry, repositoryName, one, 'one');
    await putImage(registry, repositoryName, two, 'two');
    registry.clock.advance(100 * grace);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'one' }] });
    // Its config and the layer that it alone had.
    expect(await registry.engine.collectGarbage({ grace })).toMatchObject({ layers: 2, contents: 2 });
    await expectConsistent(registry.storage);
    await putImage(registry, repositoryName, one, 'again');
  });

  it('that another repository has keeps its bytes', async () => {
    const registry = await registryWith([repositoryName, 'other']);
    await putImage(registry, 'other', await imageOf('shared'), 'v1');
    await putImage(registry, repositoryName, await imageOf('shared'), 'v1');
    await registry.ecrPublic.deleteRepository({ repositoryName, force: true });
    registry.clock.advance(grace);
    expect(await registry.engine.collectGarbage({ grace })).toEqual({ ...nothing, repositories: 1 });
    const at = await registry.distribution.locate('public.ecr.aws', 'xqj38ptr/other');
    for (const { digest, bytes } of (await imageOf('shared')).blobs) {
      expect(await collect((await registry.distribution.getBlob(at, digest)).read())).toEqual(bytes);
    }
  });
});

it('a deleted repository leaves nothing behind', async () => {
  const registry = await registryWith([]);
  const logoImageBlob = Uint8Array.of(1, 2, 3);
  await registry.ecrPublic.createRepository({
    repositoryName,
    catalogData: { aboutText: 'about', logoImageBlob },
    tags: [{ Key: 'a', Value: 'b' }],
  });
  await push(registry, repositoryName, 'v1');
  await uploadParts(registry, repositoryName, ['open']);
  const before = await registryWith(['seen']);
  await registry.ecrPublic.deleteRepository({ repositoryName, force: true });
  await before.ecrPublic.deleteRepository({ repositoryName: 'seen' });
  registry.clock.advance(grace);
  await registry.engine.collectGarbage({ grace });
  const { records, pieces } = await registry.storage.contents();
  expect(pieces).toEqual([]);
  expect(Object.keys(records).filter((key) => !/^(?:alias|count|registry)\//.test(key))).toEqual([]);
});

it('a deleted repository is left alone while that is fresh', async () => {
  const registry = await registryWith([repositoryName]);
  await push(registry, repositoryName, 'v1');
  await registry.ecrPublic.deleteRepository({ repositoryName, force: true });
  registry.clock.advance(grace - 1);
  const before = await registry.storage.contents();
  expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
  expect(await registry.storage.contents()).toEqual(before);
});

it('a blob that was deleted keeps its bytes while they are fresh, and leaves none of its pieces', async () => {
  const registry = await registryWith([repositoryName]);
  const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
  const { uploadId } = await registry.distribution.startUpload(at);
  // More pieces than one record names.
  const sizes = 1002;
  for (let first = 0; first < sizes; first++) {
    await registry.distribution.appendToUpload(at, uploadId, streamOf('x'), { first });
  }
  const digest = await digestOf('x'.repeat(sizes));
  await registry.distribution.finishUpload(at, uploadId, digest);
  await registry.distribution.deleteBlob(at, digest);
  registry.clock.advance(grace - hour);
  expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
  registry.clock.advance(hour);
  expect(await registry.engine.collectGarbage({ grace })).toEqual({ ...nothing, contents: 1, bytes: sizes });
  const { records, pieces } = await registry.storage.contents();
  expect(pieces).toEqual([]);
  expect(Object.keys(records).filter((key) => key.startsWith('blob/'))).toEqual([]);
});

it('an upload goes once it has expired, and not before', async () => {
  const registry = await registryWith([repositoryName], { limits: { uploadIdleTime: grace } });
  await uploadParts(registry, repositoryName, ['abandoned']);
  registry.clock.advance(grace - 1);
  const uploadId = await uploadParts(registry, repositoryName, ['open']);
  expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
  registry.clock.advance(1);
  expect(await registry.engine.collectGarbage({ grace })).toEqual({ ...nothing, uploads: 1 });
  const layerDigests = [await digestOf('open')];
  await registry.ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests });
});

it('pieces of a process that died before it could name them go when they are old', async () => {
  const storage = watchedStorage(memoryStorage());
  const clock = testClock();
  const first = await registryWith([repositoryName], { storage, clock });
  await push(first, repositoryName, 'v1');
  const kept = (await storage.contents()).pieces;

  const died = storageWith(storage, {
    records: {
      commit: (change) =>
        change.put?.some(({ key }) => key.startsWith('upload/') && key.split('/').length === 4)
          ? Promise.reject(new Error('the process is gone'))
          : storage.records.commit(change),
    },
    bytes: { remove: () => Promise.reject(new Error('the process is gone')) },
  });
  const dying = emptyRegistry({ storage: { ...died, contents: storage.contents }, clock });
  await expect(uploadParts(dying, repositoryName, ['lost'])).rejects.toThrow('the process is gone');
  expect((await storage.contents()).pieces).toHaveLength(kept.length + 1);

  clock.advance(grace);
  await first.engine.collectGarbage({ grace });
  expect((await storage.contents()).pieces).toHaveLength(kept.length + 1);
  clock.advance(hour);
  await first.engine.collectGarbage({ grace });
  expect((await storage.contents()).pieces).toEqual(kept);
  // The lease stays as long as a record names its pieces, and goes when they go.
  const leases = async () => (await storage.records.list({ prefix: 'lease/', limit: 10 })).entries.length;
  expect(await leases()).toBe(1);
  await first.engine.collectGarbage({ grace });
  await first.ecrPublic.deleteRepository({ repositoryName, force: true });
  clock.advance(grace);
  await first.engine.collectGarbage({ grace });
  expect([(await storage.contents()).pieces, await leases()]).toEqual([[], 0]);
  await expectConsistent(storage);
});

describe('while others push', () => {
  /** A registry whose collector is held up, right after it has marked something, until `meanwhile` is done. */
  async function interrupted(meanwhile: () => Promise<unknown>) {
    const storage = watchedStorage(memoryStorage());
    let done = false;
    const isMark = (change: Change) => change.put?.some(({ value }) => JSON.stringify(value).includes('"doomed":'));
    const watching = storageWith(storage, {
      records: {
        commit: async (change) => {
          const result = await storage.records.commit(change);
          if (!done && isMark(change)) {
            done = true;
            await meanwhile();
          }
          return result;
        },
      },
    });
    return registryWith([repositoryName], { storage: { ...watching, contents: storage.contents } });
  }

  it('a layer that is mentioned in the last moment stays', async () => {
    const image = await imageOf('late');
    const registry = await interrupted(() =>
      registry.ecrPublic.putImage({ repositoryName, imageManifest: image.manifest, imageTag: 'v1' }),
    );
    for (const { bytes } of image.blobs) await putLayer(registry, repositoryName, bytes);
    registry.clock.advance(grace);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    await expectConsistent(registry.storage);
    expect(JSON.stringify((await registry.storage.contents()).records)).not.toContain('doomed');
  });

  it('content that another repository gets in the last moment stays', async () => {
    const registry = await interrupted(async () => undefined);
    await registry.ecrPublic.createRepository({ repositoryName: 'other' });
    const digest = await putLayer(registry, repositoryName, 'shared');
    registry.clock.advance(grace);
    let linked = false;
    const original = registry.storage.records.commit.bind(registry.storage.records);
    Object.assign(registry.storage.records, {
      commit: async (change: Change) => {
        const result = await original(change);
        if (!linked && change.put?.some(({ key }) => key.startsWith('blob/'))) {
          linked = true;
          await putLayer(registry, 'other', 'shared');
        }
        return result;
      },
    });
    expect(await registry.engine.collectGarbage({ grace })).toEqual({ ...nothing, layers: 1 });
    const at = await registry.distribution.locate('public.ecr.aws', 'xqj38ptr/other');
    expect(await collect((await registry.distribution.getBlob(at, digest)).read())).toEqual(
      await collect(streamOf('shared')),
    );
  });

  it('no image that was acknowledged misses a layer, even without any grace', async () => {
    const registry = await registryWith([repositoryName]);
    let pushing = true;
    const collecting = (async () => {
      while (pushing) await registry.engine.collectGarbage({ grace: 0 });
    })();
    const pushes = Array.from({ length: 40 }, async (_, i) => {
      const image = await buildImage({ layers: ['base', `own ${i % 10}`, `${i}`] });
      await registry.engine.seed({ public: { [repositoryName]: [{ image, tags: [`t${i}`] }] } }).catch(() => undefined);
    });
    await Promise.all(pushes);
    pushing = false;
    await collecting;
    await expectConsistent(registry.storage);
    const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
    const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName });
    for (const { imageDigest } of imageDetails) {
      const { bytes } = await registry.distribution.getManifest(at, imageDigest);
      const { config, layers } = JSON.parse(new TextDecoder().decode(bytes));
      for (const { digest, size } of [config, ...layers]) {
        const blob = await collect((await registry.distribution.getBlob(at, digest)).read());
        expect([blob.length, await digestOf(blob)]).toEqual([size, digest]);
      }
    }
  });
});

describe('when reads are not fresh', () => {
  const lagging = () => {
    const storage = watchedStorage(memoryStorage());
    const guarantees = { atomicCommit: false, freshReads: false, remote: true };
    const { bytes, contents } = storage;
    return registryWith([repositoryName], {
      storage: { ...storageWith(storage, { records: { guarantees } }), bytes, contents },
    });
  };
  const lag = 10 * 60 * 1000;

  it('nothing is taken that somebody may not have seen yet, whatever the grace', async () => {
    const registry = await lagging();
    await putLayer(registry, repositoryName, 'layer');
    registry.clock.advance(lag - 1);
    expect(await registry.engine.collectGarbage({ grace: 0 })).toEqual(nothing);
  });

  it('marked records are taken by a collection that comes after everybody has seen the mark', async () => {
    const registry = await lagging();
    await putLayer(registry, repositoryName, 'layer');
    registry.clock.advance(grace);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    registry.clock.advance(lag - 1);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    registry.clock.advance(1);
    expect(await registry.engine.collectGarbage({ grace })).toMatchObject({ layers: 1 });
  });

  it('a layer that is needed in between stays', async () => {
    const registry = await lagging();
    const image = await imageOf('late');
    for (const { bytes } of image.blobs) await putLayer(registry, repositoryName, bytes);
    registry.clock.advance(grace);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    await putImage(registry, repositoryName, image, 'v1');
    registry.clock.advance(grace);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    expect(JSON.stringify((await registry.storage.contents()).records)).not.toContain('doomed');
  });

  it('content that is marked and becomes a layer again stays', async () => {
    const registry = await lagging();
    const image = await imageOf('late');
    const records = async () => JSON.stringify((await registry.storage.contents()).records);
    const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
    for (const { bytes } of image.blobs) await putLayer(registry, repositoryName, bytes);
    for (const { digest } of image.blobs) await registry.distribution.deleteBlob(at, digest);
    registry.clock.advance(grace);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    expect(await records()).toContain('doomed');

    await putImage(registry, repositoryName, image, 'v1');
    expect(await records()).not.toContain('doomed');
    registry.clock.advance(grace);
    expect(await registry.engine.collectGarbage({ grace })).toEqual(nothing);
    for (const { digest } of image.blobs) {
      expect(await digestOf(await collect((await registry.distribution.getBlob(at, digest)).read()))).toBe(digest);
    }
  });
});

describe('others have their turn while a collection looks at', () => {
  const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;
  const image = (n: number, more: object) => ({
    digest: digest(n),
    pushedAt: 0,
    size: 0,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    tags: 0,
    parents: 0,
    ...more,
  });
  const manifest = JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { much: 'x'.repeat(10_000) } });

  it.each([
    ['many mentions in few images', 100, { mentions: Array.from({ length: 500 }, (_, i) => digest(i)) }],
    ['many bytes of manifests of the version before', 500, { manifest }],
    ['many images', 5000, { mentions: [] }],
  ])('%s', async (_, count, more) => {
    const registry = await registryWith([repositoryName]);
    const [key = ''] = Object.keys((await registry.storage.contents()).records).filter((one) => /^usage/.test(one));
    const put = Array.from({ length: count }, (__, i) => ({
      key: `${key.replace('usage', 'image')}/${digest(i)}`,
      version: 'v',
      value: image(i, more),
    }));
    await registry.storage.records.commit({ put });
    let turns = 0;
    const others = setInterval(() => turns++, 0);
    await registry.engine.collectGarbage({ grace });
    clearInterval(others);
    expect(turns).toBeGreaterThan(0);
  });
});
