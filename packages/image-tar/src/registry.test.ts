import { buildImage } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { dockerFiles, gzip, ociFiles, streamOf, tar } from '../test-support/archives.ts';
import { registryWithRepository, repository } from '../test-support/registry.ts';
import { type BlobContent, type ImageDestination, importImage } from './index.ts';

/** A registry whose `putBlob` is another function. */
async function registryWith(putBlob: (content: BlobContent, given: ImageDestination, digest: string) => Promise<void>) {
  const { distribution } = await registryWithRepository();
  const own: ImageDestination = {
    ...distribution,
    putBlob: async (at, digest, content) => {
      await putBlob(content, distribution, digest);
      return distribution.putBlob(at, digest, content);
    },
  };
  return { distribution: own };
}

const bytesOf = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: number[] = [];
  for await (const bytes of chunks) parts.push(...bytes);
  return Uint8Array.from(parts);
};

describe('importImage into a registry of your own', () => {
  it('gives the blobs of an archive as content that can be read again, from any byte on', async () => {
    const image = await buildImage({ layers: ['one'] });
    const read: Record<string, Uint8Array> = {};
    const registry = await registryWith(async (content, _, digest) => {
      await bytesOf(content.readFrom?.(3) ?? content);
      read[digest] = await bytesOf(content.readFrom?.(7) ?? content);
    });
    let reported = 0;
    const source = await tar(ociFiles({ v1: image }));
    const onProgress = ({ bytes }: { bytes: number }) => {
      reported = bytes;
    };
    await importImage(registry, source, { repository, onProgress });
    for (const { digest, bytes } of image.blobs) expect(read[digest]).toEqual(bytes.subarray(7));
    expect(reported).toBe(image.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0));
  });

  it('gives the blobs of a stream as content that can be read once', async () => {
    const image = await buildImage({ layers: ['one'] });
    const again: unknown[] = [];
    const registry = await registryWith(async ({ readFrom }) => void again.push(readFrom));
    await importImage(registry, streamOf(await tar(ociFiles({ v1: image }))), { repository });
    // The config is JSON, and is stored when the index is known.
    expect(again).toContain(undefined);
  });

  it('does not send layers of a docker-archive again', async () => {
    const image = await buildImage({ layers: ['one'.repeat(5000)], format: 'docker' });
    const sent: string[] = [];
    const registry = await registryWith(async (_, __, digest) => void sent.push(digest));
    const source = await tar(await dockerFiles(image, ['web:v1']));
    await importImage(registry, source, { repository });
    expect(sent.sort()).toEqual(image.blobs.map(({ digest }) => digest).sort());
    await importImage(registry, source, { repository, tag: 'v2' });
    expect(sent).toHaveLength(image.blobs.length);
    const zipped = await tar({ ...(await dockerFiles(image, ['web:v1'])), 'other.tar': await gzip(new Uint8Array(9)) });
    await importImage(registry, zipped, { repository, tag: 'v3' });
    expect(sent).toHaveLength(image.blobs.length);
  });

  it('stores as many blobs at the same time as it is told to', async () => {
    const image = await buildImage({ layers: ['one', 'two', 'three', 'four'] });
    for (const [concurrency, expected] of [
      [undefined, 1],
      [2, 2],
      [100, 5],
    ] as const) {
      let [now, most] = [0, 0];
      const registry = await registryWith(async () => {
        now++;
        most = Math.max(most, now);
        for (let i = 0; i < 20; i++) await new Promise(setImmediate);
        now--;
      });
      await importImage(registry, await tar(ociFiles({ v1: image })), { repository, concurrency });
      expect(most).toBe(expected);
    }
  });

  it('stops the other blobs if one fails', async () => {
    const image = await buildImage({ layers: [new Uint8Array(20_000_000), 'two'] });
    const [, large, small] = image.blobs;
    const failure = new Error('the disk is full');
    let read = 0;
    const registry = await registryWith(async (content, _, digest) => {
      if (digest === small?.digest) throw failure;
      if (digest !== large?.digest) return;
      for await (const bytes of content) read += bytes.length;
    });
    const source = await tar(ociFiles({ v1: image }));
    await expect(importImage(registry, source, { repository, concurrency: 3 })).rejects.toBe(failure);
    expect(read).toBeLessThan(20_000_000);
  });

  it.each([0, 1.5, Number.NaN])('refuses %s blobs at the same time', async (concurrency) => {
    const registry = await registryWithRepository();
    await expect(importImage(registry, new Uint8Array(1), { repository, concurrency })).rejects.toThrow(TypeError);
  });
});
