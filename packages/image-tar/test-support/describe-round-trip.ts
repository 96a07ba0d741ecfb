import { buildImage, buildIndex } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../src/digest.ts';
import { exportImage, importImage } from '../src/index.ts';
import { gzip, ociFiles, streamOf, tar } from './archives.ts';
import { blobOf, manifestOf, registryWithRepository, repository } from './registry.ts';

/** The tests that run on each platform: Node, browsers and workerd. */
export function describeRoundTrip(platform: string): void {
  describe(`images in ${platform}`, () => {
    it.each<[string, (bytes: Uint8Array<ArrayBuffer>) => Promise<Parameters<typeof importImage>[1]>]>([
      ['a Blob', async (bytes) => new Blob([bytes])],
      ['a stream', async (bytes) => streamOf(bytes, [65_536])],
      ['a Blob with gzip', async (bytes) => new Blob([await gzip(bytes)])],
      ['a stream with gzip', async (bytes) => streamOf(await gzip(bytes), [65_536])],
    ])('are imported from %s, and exported with the same bytes', async (_, sourceOf) => {
      const large = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 31) % 251);
      const arm = { os: 'linux', architecture: 'arm64' };
      const images = [await buildImage({ layers: ['one', large] }), await buildImage({ platform: arm })];
      const index = await buildIndex({ images });
      const registry = await registryWithRepository();
      const imported = await importImage(registry, await sourceOf(await tar(ociFiles({ all: index }))), { repository });

      expect(imported).toEqual({
        digest: index.digest,
        mediaType: index.mediaType,
        tag: 'all',
        manifests: [...images.map(({ digest }) => digest), index.digest],
      });
      for (const image of [index, ...images]) expect(await manifestOf(registry, image.digest)).toBe(image.manifest);
      for (const { digest } of images.flatMap(({ blobs }) => blobs)) {
        expect(await digestOf(await blobOf(registry, digest))).toBe(digest);
      }

      const exported = await exportImage(registry, { repository, reference: 'all' });
      const other = await registryWithRepository();
      const again = await importImage(other, exported, { repository });
      expect(again).toEqual(imported);
    });
  });
}
