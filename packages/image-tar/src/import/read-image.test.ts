import { type BuiltImage, buildArtifact, buildImage, buildIndex, withTestHelpers } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { gzip, ociFiles, streamOf, tar } from '../../test-support/archives.ts';
import { blobOf, manifestOf, registryWithRepository, repository } from '../../test-support/registry.ts';
import { ImageTarError, readImage } from '../index.ts';

const archiveOf = (image: BuiltImage) => tar(ociFiles({ v1: image }));

describe('readImage', () => {
  it('gives the image in the form of buildImage()', async () => {
    const image = await buildImage({ layers: ['one', 'two'] });
    const { platform, ...built } = image;
    expect(await readImage(new Blob([await archiveOf(image)]))).toEqual(built);
    expect(await readImage(streamOf(await gzip(await archiveOf(image))))).toEqual(built);
  });

  it('gives an image index with all of its images, and an artifact', async () => {
    const index = await buildIndex({
      images: [await buildImage(), await buildImage({ platform: { os: 'linux', architecture: 'arm64' } })],
    });
    const read = await readImage(await archiveOf(index));
    expect([read.digest, read.images.map(({ digest }) => digest)]).toEqual([
      index.digest,
      index.images.map(({ digest }) => digest),
    ]);
    const artifact = await buildArtifact({ artifactType: 'application/spdx+json', files: ['a file'] });
    expect((await readImage(await archiveOf(artifact))).blobs).toEqual(artifact.blobs);
  });

  it('lets seed() take an archive as an image', async () => {
    const image = await buildImage({ layers: ['from an archive'] });
    const registry = withTestHelpers(await registryWithRepository());
    const read = await readImage(await archiveOf(image));
    await registry.seed({ private: { [repository]: [{ image: read, tags: ['v2'] }] } });
    expect(await manifestOf(registry, 'v2')).toBe(image.manifest);
    for (const { digest, bytes } of image.blobs) expect(await blobOf(registry, digest)).toEqual(bytes);
  });

  it('selects an image, and refuses what is no archive', async () => {
    const images = { v1: await buildImage({ layers: ['1'] }), v2: await buildImage({ layers: ['2'] }) };
    const archive = await tar(ociFiles(images));
    expect((await readImage(archive, { image: 'v2' })).digest).toBe(images.v2.digest);
    await expect(readImage(archive)).rejects.toMatchObject({ code: 'IMAGE_AMBIGUOUS' });
    await expect(readImage(new Blob(['no tar']))).rejects.toBeInstanceOf(ImageTarError);
    await expect(readImage(archive, { tag: 'v2' } as object)).rejects.toThrow("readImage has no option 'tag'");
  });
});
