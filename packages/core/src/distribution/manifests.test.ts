import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../test-support/consistency.ts';
import { privateAt, pushAt } from '../../test-support/private.ts';
import {
  account,
  bytesOf,
  defaultAlias,
  digestOf,
  emptyRegistry,
  expectRefused,
  hour,
  imageOf,
  imagesIn,
  refusalOf,
  streamOf,
  textOf,
  unknownDigest,
} from '../../test-support/registry.ts';
import { digestOf as digestBy } from '../digest/digest.ts';
import { defaultHasher } from '../digest/hasher.ts';
import { type BuiltImage, buildArtifact, buildImage, buildIndex } from '../testing/build-image.ts';

const repositoryName = 'team/web';

async function open() {
  const registry = emptyRegistry();
  await registry.ecrPublic.createRepository({ repositoryName });
  const at = await registry.distribution.locate('public.ecr.aws', `${defaultAlias}/${repositoryName}`);
  const pushed = async (image: BuiltImage, ...tags: string[]) => {
    for (const tag of tags) await pushAt(registry, at, tag, image);
    return image;
  };
  return { registry, distribution: registry.distribution, at, pushed };
}

const put = ({ manifest, mediaType }: BuiltImage) => ({ bytes: bytesOf(manifest), mediaType });

describe('a manifest', () => {
  it('is put under a tag and got by tag and by digest, byte for byte', async () => {
    const { distribution, at, pushed } = await open();
    const image = await pushed(await buildImage(), 'v1');
    for (const reference of ['v1', image.digest]) {
      const { bytes, ...rest } = await distribution.getManifest(at, reference);
      expect(textOf(bytes)).toBe(image.manifest);
      expect(rest).toMatchObject({ digest: image.digest, mediaType: image.mediaType });
    }
  });

  it('answers with its digest and the subject it refers to', async () => {
    const { distribution, at, pushed } = await open();
    const image = await pushed(await buildImage(), 'v1');
    expect(await distribution.putManifest(at, 'v1', put(image))).toEqual({ digest: image.digest, subject: undefined });
    const signature = await pushed(
      await buildArtifact({ artifactType: 'text/x-signature', subject: image }),
      'signature',
    );
    expect(await distribution.putManifest(at, signature.digest, put(signature))).toEqual({
      digest: signature.digest,
      subject: image.digest,
    });
  });

  it('is what DescribeImages describes', async () => {
    const { registry, pushed } = await open();
    const image = await pushed(await buildImage(), 'v1', 'latest');
    expect(await imagesIn(registry, repositoryName)).toEqual([[image.digest, ['latest', 'v1']]]);
  });

  it('that is put again under the same tag changes nothing', async () => {
    const { registry, distribution, at, pushed } = await open();
    const image = await pushed(await buildImage(), 'v1');
    const before = await registry.storage.contents();
    for (const reference of ['v1', image.digest]) await distribution.putManifest(at, reference, put(image));
    expect(await registry.storage.contents()).toEqual(before);
  });

  it('takes a tag from another', async () => {
    const { registry, distribution, at, pushed } = await open();
    const old = await pushed(await imageOf('old'), 'v1');
    const newer = await pushed(await imageOf('newer'), 'v1');
    expect((await distribution.getManifest(at, 'v1')).digest).toBe(newer.digest);
    expect(new Map(await imagesIn(registry, repositoryName))).toEqual(
      new Map([
        [old.digest, []],
        [newer.digest, ['v1']],
      ]),
    );
  });

  it('may be put under its sha512', async () => {
    const { distribution, at, pushed } = await open();
    const image = await pushed(await buildImage(), 'v1');
    const digest = await digestBy(defaultHasher, bytesOf(image.manifest), 'sha512');
    expect(await distribution.putManifest(at, digest, put(image))).toMatchObject({ digest });
    expect(textOf((await distribution.getManifest(at, digest)).bytes)).toBe(image.manifest);
  });

  it('without layers is taken here, though not by PutImage', async () => {
    const { distribution, at, pushed } = await open();
    const image = await pushed(await buildImage({ layers: [] }), 'v1');
    expect((await distribution.getManifest(at, 'v1')).digest).toBe(image.digest);
  });

  it('keeps bytes that are no UTF-8 in a text', async () => {
    const { distribution, at, pushed } = await open();
    const { manifest } = await pushed(await buildImage({ annotations: { note: 'X' } }), 'v1');
    const bytes = bytesOf(manifest);
    bytes[manifest.indexOf('"X"') + 1] = 0xff;
    const { digest } = await distribution.putManifest(at, 'v2', { bytes });
    expect(digest).toBe(await digestOf(bytes));
    expect((await distribution.getManifest(at, 'v2')).bytes).toEqual(bytes);
  });

  it('can be a list, once its images are there', async () => {
    const { registry, distribution, at, pushed } = await open();
    const image = await imageOf('one');
    const list = await buildIndex({ images: [image] });
    await expect(distribution.putManifest(at, 'v1', put(list))).rejects.toMatchObject({
      name: 'ReferencedImagesNotFoundException',
      ociCode: 'MANIFEST_BLOB_UNKNOWN',
    });
    await pushed(image, image.digest);
    await distribution.putManifest(at, 'v1', put(list));
    expect(await imagesIn(registry, repositoryName)).toHaveLength(2);
  });

  it('is refused where its layers are missing', async () => {
    const { distribution, at } = await open();
    await expect(distribution.putManifest(at, 'v1', put(await buildImage()))).rejects.toMatchObject({
      name: 'LayersNotFoundException',
      ociCode: 'MANIFEST_BLOB_UNKNOWN',
    });
  });

  it('is refused under a digest that is not its own', async () => {
    const { registry, distribution, at, pushed } = await open();
    const image = await pushed(await buildImage(), 'v1');
    await expectRefused(
      registry,
      () => distribution.putManifest(at, unknownDigest, put(image)),
      'ImageDigestDoesNotMatchException',
      `The image with digest '${unknownDigest}' in repository '${repositoryName}' and registry ID '${defaultAlias}' does not match the image digest that Amazon ECR has calculated.`,
    );
  });

  it.each(['', '{', '{}', '{"schemaVersion":2,"mediaType":"text/plain"}'])(
    'is not %j, which nobody can read',
    async (text) => {
      const { distribution, at } = await open();
      await expect(distribution.putManifest(at, 'v1', { bytes: bytesOf(text) })).rejects.toMatchObject({
        ociCode: 'MANIFEST_INVALID',
      });
    },
  );

  it('is not of another type than it says', async () => {
    const { distribution, at, pushed } = await open();
    const image = await pushed(await buildImage(), 'v1');
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    await expect(distribution.putManifest(at, 'v2', { ...put(image), mediaType })).rejects.toMatchObject({
      ociCode: 'MANIFEST_INVALID',
    });
  });

  it.each(['.v1', '-v1', 'a b', 'a/b', 'ä', '', 'x'.repeat(129), 'v1\n'])('has no such tag as %j', async (tag) => {
    const { distribution, at, pushed } = await open();
    const image = await pushed(await buildImage(), 'v1');
    await expect(distribution.putManifest(at, tag, put(image))).rejects.toMatchObject({
      ociCode: 'TAG_INVALID',
    });
    await expect(distribution.getManifest(at, tag)).rejects.toMatchObject({
      ociCode: 'MANIFEST_UNKNOWN',
    });
  });

  it.each(['sha256:00', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'a:b', `sha256:${'a'.repeat(600)}`])(
    'has no such digest as %s',
    async (digest) => {
      const { distribution, at, pushed } = await open();
      const image = await pushed(await buildImage(), 'v1');
      await expect(distribution.putManifest(at, digest, put(image))).rejects.toMatchObject({
        ociCode: 'DIGEST_INVALID',
      });
      await expect(distribution.getManifest(at, digest)).rejects.toMatchObject({
        ociCode: 'MANIFEST_UNKNOWN',
      });
    },
  );

  it('that is not there is not found, nor is one whose repository is not', async () => {
    const { registry, distribution, at } = await open();
    await expectRefused(
      registry,
      () => distribution.getManifest(at, 'v1'),
      'ImageNotFoundException',
      `The image with imageId {imageDigest:'null', imageTag:'v1'} does not exist within the repository with name '${repositoryName}' in the registry with id '${defaultAlias}'`,
    );
    expect((await refusalOf(distribution.getManifest(at, unknownDigest))).message).toContain(
      `{imageDigest:'${unknownDigest}', imageTag:'null'}`,
    );
    await expect(distribution.getManifest(await privateAt(registry, 'ghost'), 'v1')).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
      message: `The repository with name 'ghost' does not exist in the registry with id '${account}'`,
    });
  });

  it('is not found any more once its bytes are lost', async () => {
    const { registry, distribution, at } = await open();
    await distribution.putManifest(at, 'v1', put(await buildIndex({ images: [] })));
    const { pieces } = await registry.storage.contents();
    await registry.storage.bytes.remove(pieces);
    expect((await refusalOf(distribution.getManifest(at, 'v1'))).name).toBe('ImageNotFoundException');
  });
});

describe('tags', () => {
  const tagged = async (count: number) => {
    const opened = await open();
    const tags = Array.from({ length: count }, (_, i) => `t${String(i).padStart(4, '0')}`);
    for (const [i, tag] of tags.entries()) {
      const { manifest } = await buildIndex({ images: [], annotations: { hundred: `${Math.floor(i / 100)}` } });
      await opened.distribution.putManifest(opened.at, tag, { bytes: bytesOf(manifest) });
    }
    return { ...opened, tags };
  };

  it('are given by name, all of them', async () => {
    const { distribution, at } = await open();
    expect(await distribution.getTags(at)).toEqual({ tags: [], more: false });
    const list = await buildIndex({ images: [] });
    for (const tag of ['v10', 'v1', 'A', 'v2', '_x']) await distribution.putManifest(at, tag, put(list));
    expect(await distribution.getTags(at)).toEqual({ tags: ['A', '_x', 'v1', 'v10', 'v2'], more: false });
  });

  it('are given in parts, after any tag whether it is there or not', async () => {
    const { distribution, at, tags } = await tagged(5);
    expect(await distribution.getTags(at, { most: 2 })).toEqual({ tags: tags.slice(0, 2), more: true });
    expect(await distribution.getTags(at, { most: 2, last: 't0001' })).toEqual({ tags: tags.slice(2, 4), more: true });
    expect(await distribution.getTags(at, { most: 3, last: 't0001' })).toEqual({ tags: tags.slice(2), more: false });
    expect(await distribution.getTags(at, { most: 5 })).toEqual({ tags, more: false });
    expect(await distribution.getTags(at, { most: 1, last: 't0001zzz' })).toEqual({ tags: ['t0002'], more: true });
    expect(await distribution.getTags(at, { last: 'zzz' })).toEqual({ tags: [], more: false });
    expect(await distribution.getTags(at, { last: '' })).toEqual({ tags, more: false });
    expect(await distribution.getTags(at, { most: 0 })).toEqual({ tags: [], more: false });
  });

  it('are given in any number, though a page of the storage ends at 1,000', async () => {
    const { distribution, at, tags } = await tagged(1100);
    expect(await distribution.getTags(at)).toEqual({ tags, more: false });
    expect(await distribution.getTags(at, { most: 1050 })).toEqual({ tags: tags.slice(0, 1050), more: true });
    expect(await distribution.getTags(at, { most: 1000 })).toEqual({ tags: tags.slice(0, 1000), more: true });
  });

  it.each([
    ['ä', []],
    ['x'.repeat(1000), []],
    ['a'.repeat(1000), ['t0000']],
  ])('are given after what cannot be a tag (%#)', async (last, tags) => {
    const { distribution, at } = await tagged(1);
    expect(await distribution.getTags(at, { last })).toEqual({ tags, more: false });
  });

  it('of a missing repository are not given', async () => {
    const { registry, distribution } = await open();
    await expect(distribution.getTags(await privateAt(registry, 'ghost'))).rejects.toMatchObject({
      ociCode: 'NAME_UNKNOWN',
    });
  });
});

describe('a logo', () => {
  it('is given by the last UUID of its URL', async () => {
    const { registry, distribution } = await open();
    const { catalogData } = await registry.ecrPublic.putRepositoryCatalogData({
      repositoryName,
      catalogData: { logoImageBlob: bytesOf('png') },
    });
    const [, logo = ''] = /([^/]+)\.png$/.exec(catalogData?.logoUrl ?? '') ?? [];
    expect(textOf((await distribution.getLogo(logo)) ?? new Uint8Array())).toBe('png');
    for (const other of ['', 'x', '../secret', '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9', 'ä', 'x'.repeat(1000)]) {
      expect(await distribution.getLogo(other)).toBeUndefined();
    }
  });
});

describe('a push', () => {
  it('to the private registry stays apart from the public repository of that name', async () => {
    const { registry, distribution } = await open();
    await registry.ecr.createRepository({ repositoryName });
    const at = await privateAt(registry, repositoryName);
    const image = await buildImage();
    for (const { digest, bytes } of image.blobs) await distribution.putBlob(at, digest, streamOf(bytes));
    expect(await distribution.putManifest(at, 'v1', put(image))).toMatchObject({ digest: image.digest });
    expect(await distribution.getTags(at)).toEqual({ tags: ['v1'], more: false });
    expect(await imagesIn(registry, repositoryName)).toEqual([]);
  });
});

describe('a manifest that is pushed with several tags', () => {
  const several = async (limits = {}, imageTagMutability: 'MUTABLE' | 'IMMUTABLE' = 'MUTABLE') => {
    const counted = { hashes: 0 };
    const registry = emptyRegistry({
      limits: { private: limits },
      hasher: (algorithm) => {
        counted.hashes++;
        return defaultHasher(algorithm);
      },
    });
    await registry.ecr.createRepository({ repositoryName: 'team/web', imageTagMutability });
    const at = await privateAt(registry, 'team/web');
    const [one, other] = [await buildImage({ layers: ['one'] }), await buildImage({ layers: ['other'] })];
    await pushAt(registry, at, 'a', one);
    await pushAt(registry, at, 'b', one);
    await pushAt(registry, at, other.digest, other);
    const put = (tags: readonly string[]) =>
      registry.distribution.putManifest(at, other.digest, { bytes: bytesOf(other.manifest), tags });
    return { registry, at, one, other, put, counted };
  };

  it('has all of them at once, in one commit, also those that move', async () => {
    const { registry, at, one, other, put } = await several();
    let commits = 0;
    const { commit } = registry.storage.records;
    registry.storage.records.commit = (change) => {
      commits++;
      return commit.call(registry.storage.records, change);
    };
    await put(['a', 'b', 'c', 'c']);
    expect(commits).toBe(1);
    for (const tag of ['a', 'b', 'c']) {
      expect((await registry.distribution.getManifest(at, tag)).digest).toBe(other.digest);
    }
    expect((await registry.distribution.getTags(at)).tags).toEqual(['a', 'b', 'c']);
    await registry.distribution.deleteManifest(at, one.digest);
    await expectConsistent(registry.storage);
  });

  it('is digested once, however many they are', async () => {
    const { put, counted } = await several();
    counted.hashes = 0;
    await put(Array.from({ length: 50 }, (_, i) => `t${i}`));
    expect(counted.hashes).toBe(1);
  });

  it('has none of them if one is immutable and on another image', async () => {
    const { registry, at, other, put } = await several({}, 'IMMUTABLE');
    await put(['c']);
    const before = await registry.storage.contents();
    expect((await refusalOf(put(['d', 'c', 'b']))).message).toContain("The image tag 'b' already exists");
    expect(await registry.storage.contents()).toEqual(before);
    await put(['d', 'c']);
    expect((await registry.distribution.getManifest(at, 'd')).digest).toBe(other.digest);
    await expectConsistent(registry.storage);
  });

  it('has none of them if one is one too many', async () => {
    const { registry, at, one, put } = await several({ tagsPerImage: 2 });
    await put(['c']);
    await expect(put(['d', 'e', 'c'])).rejects.toThrow(
      "Adding tag 'e' to an image in the repository with name 'team/web' in registry with id '123456789012' exceeds the maximum",
    );
    expect((await registry.distribution.getTags(at)).tags).toEqual(['a', 'b', 'c']);
    expect((await registry.distribution.getManifest(at, 'a')).digest).toBe(one.digest);
    await put(['d', 'c']);
    await expectConsistent(registry.storage);
  });
});

describe("BuildKit's cache, an index of blobs", () => {
  const cache = async () => {
    const registry = emptyRegistry();
    await registry.ecr.createRepository({ repositoryName: 'team/web' });
    const at = await privateAt(registry, 'team/web');
    const blobs = [bytesOf('a layer'), bytesOf('{"layers":[],"records":[]}')];
    const digests = await Promise.all(blobs.map((blob) => digestOf(blob)));
    for (const [i, blob] of blobs.entries()) {
      await registry.distribution.putBlob(at, digests[i] ?? '', streamOf(blob));
    }
    const manifests = digests.map((digest, i) => ({
      mediaType: 'application/vnd.buildkit.cacheconfig.v0',
      digest,
      size: blobs[i]?.length,
    }));
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const bytes = bytesOf(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
    return { registry, at, digests, bytes };
  };

  it('is taken by the specification’s rules, and keeps its blobs from the collector', async () => {
    const { registry, at, digests, bytes } = await cache();
    const { digest } = await registry.distribution.putManifest(at, 'cache', { bytes });
    registry.clock.advance(48 * hour);
    await registry.engine.collectGarbage();
    for (const blob of digests) expect((await registry.distribution.getBlob(at, blob)).digest).toBe(blob);
    await registry.distribution.deleteManifest(at, digest);
    expect(await registry.engine.collectGarbage()).toMatchObject({ layers: 2 });
  });

  it('says of its blobs what they are, and may not have images that are only blobs', async () => {
    const { registry, at, digests, bytes } = await cache();
    await registry.distribution.putManifest(at, 'cache', { bytes });
    const { records } = await registry.storage.contents();
    const layers = Object.entries(records).filter(([key]) => key.startsWith('layer/'));
    expect(layers.map(([, layer]) => layer)).toMatchObject(
      Array(2).fill({ mediaType: 'application/vnd.buildkit.cacheconfig.v0' }),
    );
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const ofImage = bytesOf(textOf(bytes).replace('application/vnd.buildkit.cacheconfig.v0', mediaType));
    await expect(registry.distribution.putManifest(at, 'images', { bytes: ofImage })).rejects.toMatchObject({
      name: 'ReferencedImagesNotFoundException',
      message: expect.stringContaining(`Images with digests '[${digests[0]}]'`),
    });
  });

  it('is refused by the service’s rules, and if a blob is missing', async () => {
    const { registry, at, digests, bytes } = await cache();
    const refusal = { name: 'ReferencedImagesNotFoundException' };
    await expect(registry.distribution.putManifest(at, 'cache', { bytes, rules: 'service' })).rejects.toMatchObject(
      refusal,
    );
    await registry.distribution.deleteBlob(at, digests[0] ?? '');
    await expect(registry.distribution.putManifest(at, 'cache', { bytes })).rejects.toMatchObject(refusal);
  });
});
