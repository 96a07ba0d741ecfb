import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../test-support/consistency.ts';
import { privateAt, pushAt } from '../../test-support/private.ts';
import {
  bytesOf,
  collect,
  digestOf,
  emptyRegistry,
  imagesIn,
  refusalOf,
  streamOf,
  textOf,
  unknownDigest,
} from '../../test-support/registry.ts';
import { buildImage, buildIndex } from '../testing/build-image.ts';

async function open() {
  const registry = emptyRegistry();
  for (const repositoryName of ['team/web', 'team/other']) await registry.ecr.createRepository({ repositoryName });
  const { distribution } = registry;
  const [at, other] = [await privateAt(registry, 'team/web'), await privateAt(registry, 'team/other')];
  const refused = async (call: Promise<unknown>) => (await refusalOf(call)).name;
  return { registry, distribution, at, other, refused };
}

describe('a mount', () => {
  it('links what is there, without another copy, as often as it is asked', async () => {
    const { registry, distribution, at, other } = await open();
    const digest = await digestOf('hello');
    await distribution.putBlob(other, digest, streamOf('hello'));
    for (let i = 0; i < 2; i++) expect(await distribution.mountBlob(at, digest, other)).toBe(true);
    expect(textOf(await collect((await distribution.getBlob(at, digest)).read()))).toBe('hello');
    expect((await registry.storage.contents()).pieces).toHaveLength(1);
    await expectConsistent(registry.storage);
  });

  it('finds nothing where the source has no such blob, or is none', async () => {
    const { registry, distribution, at, other } = await open();
    const digest = await digestOf('hello');
    await distribution.putBlob(at, digest, streamOf('hello'));
    const nowhere = await privateAt(registry, 'no/where');
    const before = await registry.storage.contents();
    expect(await distribution.mountBlob(at, digest, other)).toBe(false);
    expect(await distribution.mountBlob(at, digest, nowhere)).toBe(false);
    expect(await distribution.mountBlob(other, unknownDigest, at)).toBe(false);
    expect(await distribution.mountBlob(other, 'sha256:00', at)).toBe(false);
    expect(await registry.storage.contents()).toEqual(before);
  });

  it('is refused where the target does not exist', async () => {
    const { registry, distribution, at, refused } = await open();
    const nowhere = await privateAt(registry, 'no/where');
    expect(await refused(distribution.mountBlob(nowhere, unknownDigest, at))).toBe('RepositoryNotFoundException');
  });
});

describe('a blob that is deleted', () => {
  it('goes from its repository alone', async () => {
    const { registry, distribution, at, other, refused } = await open();
    const digest = await digestOf('hello');
    for (const where of [at, other]) await distribution.putBlob(where, digest, streamOf('hello'));
    await distribution.deleteBlob(at, digest);
    for (const call of [() => distribution.getBlob(at, digest), () => distribution.deleteBlob(at, digest)]) {
      expect(await refused(call())).toBe('LayersNotFoundException');
    }
    expect(await refused(distribution.deleteBlob(at, 'sha256:00'))).toBe('LayersNotFoundException');
    expect((await distribution.getBlob(other, digest)).size).toBe(5);
    await distribution.putBlob(at, digest, streamOf('hello'));
    expect((await distribution.getBlob(at, digest)).size).toBe(5);
    await expectConsistent(registry.storage);
  });
});

describe('an upload that is cancelled', () => {
  it('leaves nothing', async () => {
    const { registry, distribution, at, refused } = await open();
    const before = await registry.storage.contents();
    const { uploadId } = await distribution.startUpload(at, { algorithm: 'sha512' });
    await distribution.appendToUpload(at, uploadId, streamOf('hel', 'lo'));
    await distribution.cancelUpload(at, uploadId);
    expect((await registry.storage.contents()).pieces).toEqual(before.pieces);
    expect(await refused(distribution.cancelUpload(at, uploadId))).toBe('UploadNotFoundException');
    expect(await refused(distribution.getUpload(at, uploadId))).toBe('UploadNotFoundException');
  });
});

describe('an image that is deleted', () => {
  it('by a tag only loses the tag, also its last one', async () => {
    const { registry, distribution, at, refused } = await open();
    const image = await buildImage();
    await pushAt(registry, at, 'v1', image);
    await distribution.deleteManifest(at, 'v1');
    expect(await refused(distribution.deleteManifest(at, 'v1'))).toBe('ImageNotFoundException');
    expect(await distribution.getTags(at)).toEqual({ tags: [], more: false });
    expect((await distribution.getManifest(at, image.digest)).digest).toBe(image.digest);
    await expectConsistent(registry.storage);
  });

  it('by its digest goes with all of its tags', async () => {
    const { registry, distribution, at, refused } = await open();
    const image = await buildImage();
    for (const tag of ['v1', 'v2']) await pushAt(registry, at, tag, image);
    await distribution.deleteManifest(at, image.digest);
    for (const reference of ['v1', 'v2', image.digest, 'sha256:00', '.']) {
      expect(await refused(distribution.getManifest(at, reference))).toBe('ImageNotFoundException');
      expect(await refused(distribution.deleteManifest(at, reference))).toBe('ImageNotFoundException');
    }
    await expectConsistent(registry.storage);
  });

  it('may be one that lists name; one that comes back is named by later lists alone', async () => {
    const { registry, distribution, at } = await open();
    const image = await buildImage();
    const [one, two] = [
      await buildIndex({ images: [image] }),
      await buildIndex({ images: [image], annotations: { a: 'b' } }),
    ];
    await pushAt(registry, at, 'v1', image);
    await pushAt(registry, at, 'one', one);
    await distribution.deleteManifest(at, image.digest);
    await expectConsistent(registry.storage);

    await pushAt(registry, at, 'v1', image);
    await pushAt(registry, at, 'two', two);
    await expectConsistent(registry.storage);
    await distribution.deleteManifest(at, one.digest);
    await expectConsistent(registry.storage);
    await distribution.deleteManifest(at, two.digest);
    await expectConsistent(registry.storage);
    expect(await distribution.getTags(at)).toEqual({ tags: ['v1'], more: false });
  });

  it("by the service's rules goes with its last tag, and stays while a list names it", async () => {
    const { registry, distribution, at, refused } = await open();
    const image = await buildImage();
    const index = await buildIndex({ images: [image] });
    await pushAt(registry, at, 'v1', image);
    await pushAt(registry, at, 'all', index);
    const refusal = await refusalOf(distribution.deleteManifest(at, image.digest, { rules: 'service' }));
    expect([refusal.name, refusal.message]).toEqual([
      'ImageReferencedByManifestList',
      `Requested image referenced by manifest list: [${index.digest}]`,
    ]);
    await distribution.deleteManifest(at, 'all', { rules: 'service' });
    await distribution.deleteManifest(at, 'v1', { rules: 'service' });
    expect(await refused(distribution.deleteManifest(at, 'v1', { rules: 'service' }))).toBe('ImageNotFoundException');
    expect(await imagesIn(registry, 'team/web').catch(() => [])).toEqual([]);
    await expectConsistent(registry.storage);
  });
});

describe('a manifest with tags beside its digest', () => {
  it('gets them all, or none where one is no tag', async () => {
    const { distribution, at, other, refused } = await open();
    const image = await buildImage();
    for (const where of [at, other]) {
      for (const { digest, bytes } of image.blobs) await distribution.putBlob(where, digest, streamOf(bytes));
    }
    const put = { bytes: bytesOf(image.manifest), mediaType: image.mediaType };
    await distribution.putManifest(at, image.digest, { ...put, tags: ['b', 'a', 'b'] });
    expect((await distribution.getTags(at)).tags).toEqual(['a', 'b']);
    const wrong = distribution.putManifest(other, image.digest, { ...put, tags: ['b', '-'] });
    expect(await refused(wrong)).toBe('InvalidParameterException');
    expect((await distribution.getTags(other)).tags).toEqual([]);
  });
});
