import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../test-support/consistency.ts';
import {
  bytesOf,
  collect,
  defaultAlias,
  digestOf,
  emptyRegistry,
  hour,
  imageOf,
  imagesIn,
  minute,
  push,
  putImage,
  putParts,
  refusalOf,
  registryWith,
  repositoryArn,
  type TestRegistry,
  uploadParts,
} from '../../test-support/registry.ts';
import type { BuiltImage, Snapshot } from './index.ts';

const repositoryName = 'team/web';

/** Ids that no other registry of the test has. */
const otherIds = () => () => crypto.randomUUID();

async function pushImage(registry: TestRegistry, image: BuiltImage, tag: string): Promise<void> {
  await putParts(registry, repositoryName, image);
  await putImage(registry, repositoryName, image, tag);
}

/** Pulls an image by its tag, and holds every byte of it to its digest. */
async function expectExact({ distribution }: TestRegistry, tag: string, image: BuiltImage): Promise<void> {
  const at = await distribution.locate('public.ecr.aws', `${defaultAlias}/${repositoryName}`);
  const manifest = await distribution.getManifest(at, tag);
  expect(await digestOf(manifest.bytes)).toBe(image.digest);
  for (const { digest } of image.blobs) {
    expect(await digestOf(await collect((await distribution.getBlob(at, digest)).read()))).toBe(digest);
  }
}

describe('a snapshot', () => {
  it('brings everything back that was there when it was taken', async () => {
    const registry = await registryWith([repositoryName]);
    const { engine, ecrPublic, storage, clock } = registry;
    const image = await push(registry, repositoryName, 'v1');
    await ecrPublic.putRepositoryCatalogData({
      repositoryName,
      catalogData: { description: 'old', logoImageBlob: bytesOf('png') },
    });
    const before = await storage.contents();
    const snapshot = await engine.snapshot();

    clock.advance(minute);
    await putImage(registry, repositoryName, await imageOf('newer'), 'v1');
    await ecrPublic.putRepositoryCatalogData({
      repositoryName,
      catalogData: { description: 'new', logoImageBlob: bytesOf('gif') },
    });
    await ecrPublic.tagResource({ resourceArn: repositoryArn(repositoryName), tags: [{ Key: 'a', Value: 'b' }] });
    await ecrPublic.createRepository({ repositoryName: 'team/api' });
    await ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageDigest: image.digest }] });
    expect(await storage.contents()).not.toEqual(before);

    await engine.restore(snapshot);
    expect(await storage.contents()).toEqual(before);
    expect(await imagesIn(registry, repositoryName)).toEqual([[image.digest, ['v1']]]);
    expect((await ecrPublic.getRepositoryCatalogData({ repositoryName })).catalogData).toMatchObject({
      description: 'old',
    });
    await expectConsistent(storage);
  });

  it('can be gone back to again and again, and the registry goes on from there', async () => {
    const registry = await registryWith([repositoryName]);
    const snapshot = await registry.engine.snapshot();
    for (const tag of ['v1', 'v2']) {
      await push(registry, repositoryName, tag);
      expect((await imagesIn(registry, repositoryName)).map(([, tags]) => tags)).toEqual([[tag]]);
      await registry.engine.restore(snapshot);
      expect(await imagesIn(registry, repositoryName)).toEqual([]);
    }
    await expectConsistent(registry.storage);
  });

  it('of nothing empties the registry', async () => {
    const registry = emptyRegistry();
    const snapshot = await registry.engine.snapshot();
    await registry.engine.seed({ public: { [repositoryName]: ['v1'] }, private: { web: ['v1'] } });
    await registry.engine.restore(snapshot);
    expect(await registry.storage.contents()).toEqual({ records: {}, pieces: [] });
  });

  it('makes another registry the same, after a journey by structured clone', async () => {
    const registry = await registryWith([repositoryName]);
    const image = await push(registry, repositoryName, 'v1');
    const { nextToken = '' } = await registry.ecrPublic
      .createRepository({ repositoryName: 'team/api' })
      .then(() => registry.ecrPublic.describeRepositories({ maxResults: 1 }));
    const other = await registryWith(['other'], { ids: otherIds() });
    await push(other, 'other', 'v1');
    await other.ecrPublic.getAuthorizationToken();
    await other.engine.restore(structuredClone(await registry.engine.snapshot()));
    expect(await imagesIn(other, repositoryName)).toEqual([[image.digest, ['v1']]]);
    expect((await refusalOf(other.ecrPublic.describeImages({ repositoryName: 'other' }))).name).toBe(
      'RepositoryNotFoundException',
    );
    // The tokens of the first registry mean nothing in the other one, which keeps its own secret.
    expect((await refusalOf(other.ecrPublic.describeRepositories({ nextToken }))).message).toContain('Invalid token');
    await push(other, repositoryName, 'v2');
    await expectConsistent(other.storage);
  });

  it('carries no secret, and leaves the tokens of a registry valid', async () => {
    const registry = await registryWith([repositoryName]);
    const before = await registry.engine.snapshot();
    const tokenOf = async (one: TestRegistry) =>
      (await one.ecrPublic.getAuthorizationToken()).authorizationData?.authorizationToken ?? '';
    const token = await tokenOf(registry);
    const after = await registry.engine.snapshot();
    const { records, pieces } = after;
    expect(records.map(([key]) => key).filter((key) => key.startsWith('secret'))).toEqual([]);
    const withSecret: Snapshot = { records: [...records, ['secret', 'f'.repeat(64)]], pieces };
    for (const snapshot of [before, after, structuredClone(before), structuredClone(after), withSecret]) {
      await registry.engine.restore(snapshot);
      expect(await registry.distribution.openToken(token)).toBeDefined();
    }
    const other = emptyRegistry();
    await other.engine.restore(withSecret);
    expect(await other.distribution.openToken(token)).toBeUndefined();
    expect(await other.distribution.openToken(await tokenOf(other))).toBeDefined();
  });

  it('is restored if it has no version, as those of earlier releases', async () => {
    const registry = await registryWith([repositoryName]);
    const image = await push(registry, repositoryName, 'v1');
    const { records, pieces } = await registry.engine.snapshot();
    const other = emptyRegistry();
    await other.engine.restore({ records, pieces });
    await expectExact(other, 'v1', image);
  });

  it('does not change when the registry does, nor the registry when it does', async () => {
    const registry = await registryWith([repositoryName]);
    await push(registry, repositoryName, 'v1');
    const snapshot = await registry.engine.snapshot();
    const copy = structuredClone(snapshot);
    await push(registry, repositoryName, 'v2');
    expect(snapshot).toEqual(copy);
    const before = await registry.storage.contents();
    for (const piece of snapshot.pieces.values()) piece.fill(0);
    expect(await registry.storage.contents()).toEqual(before);
    await registry.engine.restore(copy);
    expect(await imagesIn(registry, repositoryName)).toHaveLength(1);
  });

  it('loses uploads that were begun since, and keeps those that were begun before', async () => {
    const registry = await registryWith([repositoryName], { limits: { minPartBytes: 1 } });
    const kept = await uploadParts(registry, repositoryName, ['one']);
    const snapshot = await registry.engine.snapshot();
    const put = (uploadId: string, partFirstByte: number, text: string) =>
      registry.ecrPublic.uploadLayerPart({
        repositoryName,
        uploadId,
        partFirstByte,
        partLastByte: partFirstByte + text.length - 1,
        layerPartBlob: bytesOf(text),
      });
    await put(kept, 3, 'two');
    const lost = await uploadParts(registry, repositoryName, ['x']);
    await registry.engine.restore(snapshot);
    expect((await refusalOf(put(lost, 1, 'y'))).name).toBe('UploadNotFoundException');
    expect((await refusalOf(put(kept, 6, 'three'))).message).toBe('First byte of the layer part is 6 instead of 3');
    await put(kept, 3, '2');
    const layerDigests = ['any:0'];
    const { layerDigest } = await registry.ecrPublic.completeLayerUpload({
      repositoryName,
      uploadId: kept,
      layerDigests,
    });
    const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName });
    expect(imageDetails).toEqual([]);
    const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
    expect((await registry.distribution.getBlob(at, layerDigest)).size).toBe(4);
    await expectConsistent(registry.storage);
  });
});

describe('a snapshot of another registry whose ids count up as well', () => {
  it('is restored byte for byte, and pushes go on', async () => {
    const [one, other] = [await registryWith([repositoryName]), await registryWith([repositoryName])];
    await push(one, repositoryName, 'v1');
    const theirs = await imageOf('other');
    await pushImage(other, theirs, 'v1');
    const snapshot = await other.engine.snapshot();
    for (let times = 0; times < 2; times++) {
      await one.engine.restore(snapshot);
      await expectExact(one, 'v1', theirs);
    }
    const later = await imageOf('later');
    await pushImage(one, later, 'v2');
    await expectExact(one, 'v2', later);
    await one.ecrPublic.createRepository({ repositoryName: 'team/api' });
    await expectConsistent(one.storage);
  });

  it('is restored byte for byte though an id of its pieces is taken by other bytes', async () => {
    const [one, other] = [await registryWith([repositoryName]), await registryWith([repositoryName])];
    const image = await imageOf('web');
    await pushImage(other, image, 'v1');
    const snapshot = await other.engine.snapshot();
    for (const [id, piece] of snapshot.pieces) await one.storage.bytes.put(id, new Uint8Array(piece.length).fill(7));
    await one.engine.restore(snapshot);
    await expectExact(one, 'v1', image);
  });
});

describe('a registry that is made anew over what was stored, with ids that count up', () => {
  it('takes pushes, uploads and repositories as before', async () => {
    const first = await registryWith([repositoryName]);
    await push(first, repositoryName, 'v1');
    await first.ecrPublic.initiateLayerUpload({ repositoryName });
    const again = emptyRegistry({ storage: first.storage });
    const image = await imageOf('again');
    await pushImage(again, image, 'v2');
    await expectExact(again, 'v2', image);
    await again.ecrPublic.createRepository({ repositoryName: 'team/api' });
    await expectConsistent(again.storage);
  });

  it('gives no repository the id of one that is deleted and not yet collected', async () => {
    const first = await registryWith([repositoryName]);
    await push(first, repositoryName, 'v1');
    await first.ecrPublic.deleteRepository({ repositoryName, force: true });
    const again = emptyRegistry({ storage: first.storage });
    await again.ecrPublic.createRepository({ repositoryName: 'team/api' });
    expect(await imagesIn(again, 'team/api')).toEqual([]);
    again.clock.advance(48 * hour);
    await again.engine.collectGarbage();
    await push(again, 'team/api', 'v1');
    expect(await imagesIn(again, 'team/api')).toHaveLength(1);
    await expectConsistent(again.storage);
  });

  it('says so if ids come twice', async () => {
    const registry = emptyRegistry({ ids: () => '00000000-0000-4000-8000-000000000001' });
    await registry.ecrPublic.createRepository({ repositoryName });
    await expect(registry.ecrPublic.createRepository({ repositoryName: 'x2' })).rejects.toThrow(
      /The option 'ids' returned the id '00000000-0000-4000-8000-000000000001', which is in use: the function must return a new id/,
    );
  });
});

describe('an invalid snapshot is refused', () => {
  const withSnapshot = async () => {
    const registry = await registryWith([repositoryName]);
    const image = await imageOf('web');
    await pushImage(registry, image, 'v1');
    return { registry, image, snapshot: await registry.engine.snapshot() };
  };

  it.each<[string, (snapshot: Snapshot) => unknown, RegExp]>([
    ['nothing', () => undefined, /it is not a result of snapshot\(\)/],
    ['JSON', (snapshot) => JSON.parse(JSON.stringify(snapshot)), /its bytes are lost/],
    [
      'pieces that went through JSON',
      ({ records, pieces }) => ({
        records,
        pieces: new Map([...pieces].map(([id, piece]) => [id, JSON.parse(JSON.stringify(piece))])),
      }),
      /is not a Uint8Array/,
    ],
    ['a piece less', ({ records, pieces }) => ({ records, pieces: new Map([...pieces].slice(1)) }), /is missing/],
    [
      'a piece that was cut',
      ({ records, pieces }) => ({
        records,
        pieces: new Map([...pieces].map(([id, piece]) => [id, piece.subarray(1)])),
      }),
      /bytes instead of/,
    ],
    [
      'a record that names its pieces in another form',
      ({ records, pieces }) => ({ records: [...records, ['blob/x', { pieces: [5] }]], pieces }),
      /the record 'blob\/x' must name its pieces as pairs of an id and a size\. Nothing was changed\./,
    ],
    [
      'a version that this release does not know',
      ({ records, pieces }) => ({ version: 3, records, pieces }),
      /it is a snapshot of version 3, and this release of Coracle reads only 1 and 2\. Nothing was changed\./,
    ],
    ['a later form', () => ({ version: 3, entries: [] }), /it is a snapshot of version 3/],
    [
      'records of another form',
      ({ pieces }) => ({ records: [{ key: 'a' }], pieces }),
      /not a pair of a key and a value/,
    ],
  ])('%s: it is refused, changes nothing, and a whole one is restored afterwards', async (_, spoil, sentence) => {
    const { registry, image, snapshot } = await withSnapshot();
    await push(registry, repositoryName, 'v2');
    const before = await registry.storage.contents();
    const restoring = registry.engine.restore(spoil(snapshot) as Snapshot);
    await expect(restoring).rejects.toThrow(TypeError);
    await expect(restoring).rejects.toThrow(sentence);
    expect(await registry.storage.contents()).toEqual(before);
    await registry.engine.restore(snapshot);
    await expectExact(registry, 'v1', image);
  });
});
