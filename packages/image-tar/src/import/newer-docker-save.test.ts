import { type BuiltImage, buildImage, buildIndex } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { blobsOf, encode, type Files, streamOf, tar } from '../../test-support/archives.ts';
import { blobOf, manifestOf, registryWithRepository, repository } from '../../test-support/registry.ts';
import { blobPath } from '../digest.ts';
import { type ImageSource, importImage } from '../index.ts';

/*
 * The archives of `docker save` from docker 25 on. Their forms are those that an engine of docker 29 wrote in an
 * experiment, with each of its two stores. Every file of such an archive comes in this order.
 */

const ociIndex = 'application/vnd.oci.image.index.v1+json';

const image = () => buildImage({ layers: ['one', { 'etc/motd': 'two' }], format: 'docker' });

async function twoPlatforms(): Promise<BuiltImage> {
  const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  return buildIndex({
    images: [await buildImage({ layers: ['one'] }), await buildImage({ layers: ['one', 'two'], platform: arm })],
  });
}

const json = (value: object): string => `${JSON.stringify(value)}\n`;

/** An entry of index.json with the annotations that name the image. */
const entryOf = ({ mediaType, digest, manifest }: BuiltImage, annotations: object) => ({
  mediaType,
  digest,
  size: encode(manifest).length,
  annotations,
});

/** An entry of manifest.json. It names the config and the layers of one platform only. */
function itemOf({ blobs, images }: BuiltImage, name: string) {
  const [config, ...layers] = images[0]?.blobs ?? blobs;
  return {
    Config: blobPath(config?.digest ?? ''),
    RepoTags: [name],
    Layers: layers.map(({ digest }) => blobPath(digest)),
  };
}

/** Writes the archive of the containerd image store, which is the store of a new installation from docker 29 on. */
function containerdFiles(images: Readonly<Record<string, BuiltImage>>): Files {
  const entries = Object.entries(images);
  const manifests = entries.map(([name, one]) =>
    entryOf(one, {
      'containerd.io/distribution.source.registry.example': 'team/web',
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
    }),
  );
  return {
    ...blobsOf(Object.values(images)),
    'index.json': JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests }),
    'manifest.json': JSON.stringify(entries.map(([name, one]) => itemOf(one, name))),
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
  };
}

/** Writes the archive of the older store, whose manifest.json names the sources of the layers. */
function olderStoreFiles(name: string, one: BuiltImage): Files {
  const [, ...layers] = one.blobs;
  const manifests = [
    entryOf(one, { 'io.containerd.image.name': `docker.io/${name}`, 'org.opencontainers.image.ref.name': 'v4' }),
  ];
  const LayerSources = Object.fromEntries(
    layers.map(({ digest, bytes }) => [
      digest,
      { mediaType: 'application/vnd.oci.image.layer.v1.tar', size: bytes.length, digest },
    ]),
  );
  // The engine also writes the configs of the ids that images had before docker 1.10.
  const legacy = { [blobPath(`sha256:${'1'.repeat(64)}`)]: '{"id":"1","os":"linux"}' };
  return {
    ...legacy,
    ...blobsOf([one]),
    'index.json': JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests }),
    'manifest.json': json([{ ...itemOf(one, name), LayerSources }]),
    'oci-layout': '{"imageLayoutVersion": "1.0.0"}',
    repositories: json({ 'team/web': { v4: layers.at(-1)?.digest.slice('sha256:'.length) } }),
  };
}

const ways: [string, (bytes: Uint8Array<ArrayBuffer>) => ImageSource][] = [
  ['a Blob', (bytes) => new Blob([bytes])],
  ['a stream', (bytes) => streamOf(bytes)],
];

describe.each(ways)('importImage of a newer docker save, from %s', (_, sourceOf) => {
  const from = async (files: Files): Promise<ImageSource> => sourceOf(await tar(files));

  it('takes the digest of index.json from the older store', async () => {
    const registry = await registryWithRepository();
    const built = await image();
    const source = await from(olderStoreFiles('team/web:v4', built));
    const { digest, tag } = await importImage(registry, source, { repository, image: 'team/web:v4' });
    expect([digest, tag]).toEqual([built.digest, 'v4']);
    expect(await manifestOf(registry, 'v4')).toBe(built.manifest);
    for (const blob of built.blobs) expect(await blobOf(registry, blob.digest)).toEqual(blob.bytes);
  });

  it('takes all platforms of an index, although manifest.json names one', async () => {
    const registry = await registryWithRepository();
    const index = await twoPlatforms();
    const source = await from(containerdFiles({ 'registry.example:5077/team/web:all': index }));
    const { digest, tag, manifests } = await importImage(registry, source, { repository });
    expect([digest, tag]).toEqual([index.digest, 'all']);
    expect([...manifests].sort()).toEqual([index.digest, ...index.images.map((one) => one.digest)].sort());
    expect(await manifestOf(registry, 'all')).toBe(index.manifest);
    for (const { manifest, digest, blobs } of index.images) {
      expect(await manifestOf(registry, digest)).toBe(manifest);
      for (const blob of blobs) expect(await blobOf(registry, blob.digest)).toEqual(blob.bytes);
    }
  });

  it('selects one of several images by the name that docker prints, or by the tag', async () => {
    const [one, index] = [await image(), await twoPlatforms()];
    const files = containerdFiles({ 'docker.io/team/one:v1': one, 'registry.example:5077/team/web:all': index });
    for (const [name, { digest }] of [
      ['team/one:v1', one],
      ['v1', one],
      ['registry.example:5077/team/web:all', index],
    ] as const) {
      const registry = await registryWithRepository();
      expect(await importImage(registry, await from(files), { repository, image: name })).toMatchObject({ digest });
    }
  });

  it('says which platforms there are if docker had pulled only some of them, and takes one of these', async () => {
    const registry = await registryWithRepository();
    const index = await twoPlatforms();
    const [amd, arm] = index.images as [BuiltImage, BuiltImage];
    const absent = new Set([arm.digest, ...arm.blobs.map(({ digest }) => digest)].map(blobPath));
    for (const { digest } of amd.blobs) absent.delete(blobPath(digest));
    const whole = containerdFiles({ 'registry.example:5077/team/web:all': index });
    const files = Object.fromEntries(Object.entries(whole).filter(([path]) => !absent.has(path)));

    await expect(importImage(registry, await from(files), { repository })).rejects.toMatchObject({
      code: 'MISSING_BLOB',
      message: expect.stringMatching(
        `no file '${blobPath(arm.digest)}', which the manifest ${index.digest} names. .*The archive has linux/amd64 ${amd.digest}$`,
      ),
    });
    const { digest } = await importImage(registry, await from(files), { repository, image: amd.digest, tag: 'amd' });
    expect(digest).toBe(amd.digest);
    expect(await manifestOf(registry, 'amd')).toBe(amd.manifest);
  });
});
