import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../test-support/consistency.ts';
import {
  bytesOf,
  emptyRegistry,
  imageOf,
  imagesIn,
  minute,
  push,
  putImage,
  refusalOf,
  registryWith,
  repositoryArn,
  uploadParts,
} from '../../test-support/registry.ts';

const repositoryName = 'team/web';

/** Ids that no other registry of the test has. */
const otherIds = () => () => crypto.randomUUID();

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
    expect((await other.ecrPublic.describeRepositories({ nextToken })).repositories).toHaveLength(1);
    await push(other, repositoryName, 'v2');
    await expectConsistent(other.storage);
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
