import { type BuiltImage, buildArtifact, buildImage, buildIndex } from '@coracle/core/testing';
import { unpackTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { blobsOf, encode, ociFiles, tar } from '../../test-support/archives.ts';
import { registryWithRepository, repository } from '../../test-support/registry.ts';
import { digestOf } from '../digest.ts';
import { exportImage, type ImageProgress, importImage } from '../index.ts';

async function exported(image: BuiltImage, reference = 'v1', options = {}) {
  const registry = await registryWithRepository();
  await importImage(registry, await tar(ociFiles({ v1: image })), { repository });
  const stream = await exportImage(registry, { repository, reference, ...options });
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('exportImage', () => {
  it('writes an OCI layout with all manifests and blobs of an index, each once and sorted', async () => {
    const shared = { layers: ['shared'] };
    const arm = { os: 'linux', architecture: 'arm64' };
    const index = await buildIndex({
      images: [await buildImage(shared), await buildImage({ ...shared, platform: arm })],
    });
    const entries = await unpackTar(await exported(index));
    const blobs = Object.entries(blobsOf([index]));
    expect(entries.map(({ header }) => header.name)).toEqual([
      'oci-layout',
      'index.json',
      ...blobs.map(([path]) => path),
    ]);
    for (const { header } of entries) {
      expect(header).toMatchObject({ mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'file' });
    }
    expect(text(entries[0]?.data)).toBe('{"imageLayoutVersion":"1.0.0"}');
    expect(JSON.parse(text(entries[1]?.data))).toEqual({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: index.mediaType,
          digest: index.digest,
          size: encode(index.manifest).length,
          annotations: { 'org.opencontainers.image.ref.name': 'v1' },
        },
      ],
    });
    const contents = entries.slice(2).map(({ data }) => text(data));
    expect(contents).toEqual(blobs.map(([, content]) => (typeof content === 'string' ? content : text(content))));
  });

  it('writes the list of docker load beside index.json, for an image that docker can run', async () => {
    const listIn = async (image: BuiltImage, options = {}) => {
      const entries = await unpackTar(await exported(image, 'v1', options));
      const list = entries.find(({ header }) => header.name === 'manifest.json');
      return list && JSON.parse(text(list.data));
    };
    const image = await buildImage({ layers: ['one', 'two'] });
    const [config, ...layers] = image.blobs.map(({ digest }) => `blobs/${digest.replace(':', '/')}`);
    expect(await listIn(image)).toEqual([{ Config: config, RepoTags: null, Layers: layers }]);
    expect(await listIn(image, { name: 'localhost/web:v1' })).toMatchObject([{ RepoTags: ['localhost/web:v1'] }]);
    expect(await listIn(await buildIndex({ images: [image] }))).toBeUndefined();
    expect(await listIn(await buildArtifact({ artifactType: 'application/spdx+json' }))).toBeUndefined();
  });

  it('gives the same bytes each time', async () => {
    const image = await buildImage({ layers: ['one', 'two'] });
    expect(await exported(image)).toEqual(await exported(image));
  });

  it('names the image only by the option `name`, if it is exported by its digest', async () => {
    const image = await buildImage();
    const nameIn = async (options = {}) => {
      const [, index] = await unpackTar(await exported(image, image.digest, options));
      return JSON.parse(text(index?.data)).manifests[0].annotations;
    };
    expect(await nameIn()).toBeUndefined();
    expect(await nameIn({ name: 'web:v1' })).toEqual({ 'org.opencontainers.image.ref.name': 'web:v1' });
    expect(await nameIn({ name: 'localhost:5000/team/web:v1' })).toEqual({
      'org.opencontainers.image.ref.name': 'v1',
      'io.containerd.image.name': 'localhost:5000/team/web:v1',
    });
    expect(await nameIn({ name: 'localhost:5000/team/web' })).toEqual({
      'io.containerd.image.name': 'localhost:5000/team/web',
    });
  });

  it('reports each chunk, and the size of the whole image', async () => {
    const image = await buildImage({ layers: [new Uint8Array(20_000_000)] });
    const seen: ImageProgress[] = [];
    await exported(image, 'v1', { onProgress: (one: ImageProgress) => seen.push(one) });
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.at(-1)?.bytes).toBe(seen.at(-1)?.total);
    expect(seen.at(-1)?.total).toBeGreaterThan(20_000_000);
  });

  it('fails with the reason of its signal, or ends if nobody reads on', async () => {
    const registry = await registryWithRepository();
    const image = await buildImage({ layers: [new Uint8Array(60_000_000)] });
    await importImage(registry, await tar(ociFiles({ v1: image })), { repository });
    const abort = new AbortController();
    const stream = await exportImage(registry, { repository, reference: 'v1', signal: abort.signal });
    const reader = stream.getReader();
    await reader.read();
    abort.abort(new Error('the user left'));
    await expect(reader.read()).rejects.toThrow('the user left');

    const moved: number[] = [];
    const onProgress = ({ bytes }: ImageProgress) => void moved.push(bytes);
    const left = await exportImage(registry, { repository, reference: 'v1', onProgress });
    await left.cancel();
    expect(moved.at(-1) ?? 0).toBeLessThan(60_000_000);
  });

  it('does not keep manifests of any size in memory', async () => {
    const padded = (i: number) =>
      JSON.stringify({
        ...{ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] },
        annotations: { padding: String(i).padEnd(4_000_000, 'x') },
      });
    const children = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const bytes = encode(padded(i));
        return {
          mediaType: 'application/vnd.oci.image.index.v1+json',
          digest: await digestOf(bytes),
          size: bytes.length,
        };
      }),
    );
    let read = 0;
    const { distribution } = await registryWithRepository();
    const getManifest = async (_: unknown, reference: string) => {
      const i = children.findIndex(({ digest }) => digest === reference);
      const bytes = encode(i === -1 ? JSON.stringify({ schemaVersion: 2, manifests: children }) : padded(i));
      read += bytes.length;
      return { digest: await digestOf(bytes), mediaType: 'application/vnd.oci.image.index.v1+json', bytes };
    };
    const exporting = exportImage({ distribution: { ...distribution, getManifest } }, { repository, reference: 'v1' });
    await expect(exporting).rejects.toMatchObject({ name: 'ImageTarError', code: 'LIMIT_EXCEEDED' });
    expect(read).toBeLessThan(40_000_000);
  });

  it('rejects before it gives a stream, if the repository does not have the image', async () => {
    const registry = await registryWithRepository();
    const exporting = exportImage(registry, { repository, reference: 'ghost' });
    await expect(exporting).rejects.toMatchObject({ name: 'ImageNotFoundException' });
  });

  it.each<[object, string]>([
    [{ repository, tag: 'v1' }, "exportImage has no option 'tag'"],
    [{ repository }, "exportImage needs the option 'reference'"],
  ])('refuses the options %j', async (options, message) => {
    const exporting = exportImage(await registryWithRepository(), options as { repository: string; reference: string });
    await expect(exporting).rejects.toThrow(new TypeError(message).message);
  });
});
