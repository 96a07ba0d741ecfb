import { Readable } from 'node:stream';
import { type BuiltImage, buildArtifact, buildImage, buildIndex } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import {
  blobsOf,
  descriptorOf,
  dockerFiles,
  encode,
  type Files,
  gzip,
  ociFiles,
  streamOf,
  tar,
} from '../../test-support/archives.ts';
import { blobOf, manifestOf, registryWithRepository, repository, tagsOf } from '../../test-support/registry.ts';
import { digestOf } from '../digest.ts';
import { type ImageProgress, type ImageSource, importImage } from '../index.ts';

const image = () => buildImage({ layers: ['one', { 'etc/motd': 'two' }], format: 'docker' });

/** Both ways to read an archive. A stream is read forward, so its index is known last. */
const ways: [string, (bytes: Uint8Array<ArrayBuffer>) => ImageSource][] = [
  ['a Blob', (bytes) => new Blob([bytes])],
  ['a stream', (bytes) => streamOf(bytes)],
];

describe.each(ways)('importImage from %s', (_, sourceOf) => {
  const from = async (files: Files): Promise<ImageSource> => sourceOf(await tar(files));

  it('gives a docker-archive a manifest with the config and the uncompressed layers', async () => {
    const registry = await registryWithRepository();
    const built = await image();
    const files = await dockerFiles(built, ['docker.io/team/web:v3']);
    const imported = await importImage(registry, await from(files), { repository });

    const manifest = await manifestOf(registry, 'v3');
    expect(imported).toEqual({
      digest: await digestOf(encode(manifest)),
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      tag: 'v3',
      manifests: [imported.digest],
    });
    const [config, ...layers] = built.blobs;
    const descriptor = (mediaType: string) => (blob?: BuiltImage['blobs'][number]) => ({
      mediaType,
      size: blob?.bytes.length,
      digest: blob?.digest,
    });
    expect(JSON.parse(manifest)).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: descriptor('application/vnd.docker.container.image.v1+json')(config),
      layers: layers.map(descriptor('application/vnd.docker.image.rootfs.diff.tar')),
    });
    for (const { digest, bytes } of built.blobs) expect(await blobOf(registry, digest)).toEqual(bytes);
  });

  it('follows links between layers, as old docker save writes them', async () => {
    const registry = await registryWithRepository();
    const built = await buildImage({ layers: ['same', 'same'] });
    const [config, layer] = built.blobs;
    const files = {
      'a/layer.tar': layer?.bytes ?? '',
      'b/layer.tar': { link: '../a/layer.tar' },
      'c/layer.tar': { hardLink: './b/layer.tar' },
      'config.json': config?.bytes ?? '',
      'manifest.json': JSON.stringify([{ Config: 'config.json', Layers: ['b/layer.tar', 'c/layer.tar'] }]),
    };
    const { digest } = await importImage(registry, await from(files), { repository });
    const { layers } = JSON.parse(await manifestOf(registry, digest)) as { layers: { digest: string }[] };
    expect(layers.map((one) => one.digest)).toEqual([layer?.digest, layer?.digest]);
  });

  it('keeps layers of a docker-archive that are compressed, and checks their diff ids', async () => {
    const registry = await registryWithRepository();
    const [config, layer] = (await buildImage({ layers: ['one'.repeat(9000)] })).blobs;
    const zipped = await gzip(layer?.bytes ?? new Uint8Array());
    const padded = zipped.length < 512 ? await gzip(crypto.getRandomValues(new Uint8Array(2000))) : zipped;
    const name = `${'0'.repeat(64)}.tar.gz`;
    const diffId = zipped === padded ? layer?.digest : undefined;
    const configOf = async () =>
      diffId ? config?.bytes : encode(JSON.stringify({ rootfs: { diff_ids: [await digestOf(await gunzip(padded))] } }));
    const files = (bytes: Uint8Array | undefined) => ({
      [name]: padded,
      'config.json': bytes ?? '',
      'manifest.json': JSON.stringify([{ Config: 'config.json', RepoTags: ['web:v1'], Layers: [name] }]),
    });
    await importImage(registry, await from(files(await configOf())), { repository });
    const { layers } = JSON.parse(await manifestOf(registry, 'v1')) as { layers: object[] };
    expect(layers).toEqual([
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: padded.length,
        digest: await digestOf(padded),
      },
    ]);
    const wrong = encode(JSON.stringify({ rootfs: { diff_ids: [await digestOf(encode('other'))] } }));
    await expect(importImage(registry, await from(files(wrong)), { repository })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  it('takes layers that are empty or compressed to less than a block, as crane writes them', async () => {
    const registry = await registryWithRepository();
    const plain = [new Uint8Array(0), new Uint8Array(1024)];
    const layers = [new Uint8Array(0), await gzip(new Uint8Array(1024))];
    const config = encode(JSON.stringify({ rootfs: { diff_ids: await Promise.all(plain.map((it) => digestOf(it))) } }));
    const names = ['a', 'b'].map((letter) => `${letter.repeat(64)}.tar.gz`);
    const files = {
      [names[0] ?? '']: layers[0] ?? '',
      [names[1] ?? '']: layers[1] ?? '',
      'config.json': config,
      'manifest.json': JSON.stringify([{ Config: 'config.json', RepoTags: ['web:v1'], Layers: names }]),
    };
    await importImage(registry, await from(files), { repository });
    const manifest = JSON.parse(await manifestOf(registry, 'v1')) as { layers: { digest: string }[] };
    expect(manifest.layers.map(({ digest }) => digest)).toEqual(await Promise.all(layers.map((it) => digestOf(it))));
  });

  it('stores a layer once that an image has several times', async () => {
    const registry = await registryWithRepository();
    const built = await buildImage({ layers: ['same', 'same', 'same'] });
    const layer = built.blobs[1];
    const config = encode(JSON.stringify({ rootfs: { diff_ids: [layer?.digest, layer?.digest, layer?.digest] } }));
    const list = [{ Config: 'c.json', RepoTags: ['web:v1'], Layers: ['l.tar', 'l.tar', 'l.tar'] }];
    const files = { 'l.tar': layer?.bytes ?? '', 'c.json': config, 'manifest.json': JSON.stringify(list) };
    const seen: ImageProgress[] = [];
    const source = await from(files);
    await importImage(registry, source, { repository, onProgress: (one) => seen.push(one) });
    const size = (layer?.bytes.length ?? 0) + config.length;
    expect(seen.at(-1)).toMatchObject({ bytes: size, total: source instanceof Blob ? size : undefined });
  });

  it.each([
    ['docker.io/library/web:v5', 'v5'],
    ['localhost:5000/web', undefined],
    [`localhost/web@sha256:${'0'.repeat(64)}`, undefined],
    ['latest', 'latest'],
  ])('reads the tag of the name %s', async (name, tag) => {
    const source = await from(ociFiles({ [name]: await image() }));
    expect(await importImage(await registryWithRepository(), source, { repository })).toMatchObject({ tag });
  });

  it('takes the digests of index.json from a newer docker save, which also has manifest.json', async () => {
    const registry = await registryWithRepository();
    const built = await image();
    const annotations = {
      'io.containerd.image.name': 'docker.io/team/web:v4',
      'org.opencontainers.image.ref.name': 'v4',
    };
    const files = {
      ...blobsOf([built]),
      'index.json': JSON.stringify({ schemaVersion: 2, manifests: [{ ...descriptorOf(built), annotations }] }),
      'manifest.json': JSON.stringify([{ Config: 'blobs/sha256/0', RepoTags: ['docker.io/team/web:v4'], Layers: [] }]),
      'oci-layout': '{}',
    };
    const { digest, tag } = await importImage(registry, await from(files), { repository, image: 'team/web:v4' });
    expect([digest, tag]).toEqual([built.digest, 'v4']);
    expect(await manifestOf(registry, 'v4')).toBe(built.manifest);
  });

  it('accepts names with ./, and folders', async () => {
    const registry = await registryWithRepository();
    const built = await image();
    const files = Object.entries(ociFiles({ v1: built })).map(([path, content]) => [`./${path}`, content] as const);
    expect(await importImage(registry, await from(Object.fromEntries(files)), { repository })).toMatchObject({
      digest: built.digest,
    });
  });

  it('imports an artifact, whose blobs may be small or JSON', async () => {
    const registry = await registryWithRepository();
    const artifact = await buildArtifact({ artifactType: 'text/x-sbom', files: ['{"sbom":[]}', 'x'] });
    await importImage(registry, await from(ociFiles({ sbom: artifact })), { repository });
    expect(await manifestOf(registry, 'sbom')).toBe(artifact.manifest);
    for (const { digest, bytes } of artifact.blobs) expect(await blobOf(registry, digest)).toEqual(bytes);
  });

  describe('an archive of several images', () => {
    const images = async () => ({ v1: await buildImage({ layers: ['one'] }), 'team/api:v2': await buildImage() });

    it('needs the option `image`, and says which images there are', async () => {
      const registry = await registryWithRepository();
      const built = await images();
      const importing = (wanted?: string | number) =>
        from(ociFiles(built)).then((source) => importImage(registry, source, { repository, image: wanted }));
      const list = `Its images are 0: 'v1' ${built.v1.digest}, 1: 'team/api:v2' ${built['team/api:v2'].digest}`;
      await expect(importing()).rejects.toMatchObject({
        code: 'IMAGE_AMBIGUOUS',
        message: `The archive has several images: choose one with the option 'image'. ${list}`,
      });
      await expect(importing('v7')).rejects.toMatchObject({
        code: 'IMAGE_NOT_FOUND',
        message: `The archive has no image 'v7'. ${list}`,
      });
      expect(await tagsOf(registry)).toEqual([]);
      expect(await importing(0)).toMatchObject({ digest: built.v1.digest, tag: 'v1' });
      expect(await importing('api:v2')).toMatchObject({ digest: built['team/api:v2'].digest, tag: 'v2' });
      expect(await importing(built.v1.digest)).toMatchObject({ digest: built.v1.digest });
    });

    it('takes an image that the index names twice, and gives it the first tag', async () => {
      const registry = await registryWithRepository();
      const built = await image();
      const twice = await from(ociFiles({ v1: built, 'web:v2': built }));
      expect(await importImage(registry, twice, { repository })).toMatchObject({ digest: built.digest, tag: 'v1' });
      const named = await from(ociFiles({ 'a/web:v3': built, 'b/web:v3': built }));
      const imported = await importImage(registry, named, { repository, image: 'web:v3' });
      expect(imported).toMatchObject({ digest: built.digest, tag: 'v3' });
      // A position still counts each entry of the index.
      const second = await from(ociFiles({ v1: built, 'web:v2': built }));
      expect(await importImage(registry, second, { repository, image: 1 })).toMatchObject({ tag: 'v2' });
    });

    it('gives the tag of the name by which an image with several names is selected', async () => {
      const registry = await registryWithRepository();
      const files = await dockerFiles(await image(), ['docker.io/team/web:v1', 'localhost/api:v2']);
      const importing = async (wanted?: string) =>
        importImage(registry, await from(files), { repository, image: wanted });
      expect(await importing('localhost/api:v2')).toMatchObject({ tag: 'v2' });
      expect(await importing('api:v2')).toMatchObject({ tag: 'v2' });
      expect(await importing()).toMatchObject({ tag: 'v1' });
    });

    it('prefers the image with exactly the name to one with a longer name', async () => {
      const registry = await registryWithRepository();
      const named = { 'team/web:v1': await buildImage(), 'web:v1': await buildImage({ layers: ['one'] }) };
      const source = await from(ociFiles(named));
      const imported = await importImage(registry, source, { repository, image: 'web:v1' });
      expect(imported.digest).toBe(named['web:v1'].digest);
    });

    it('gives one image of an index by its digest', async () => {
      const registry = await registryWithRepository();
      const children = Object.values(await images());
      const index = await buildIndex({ images: children });
      const { [`blobs/sha256/${children[1]?.digest.slice(7)}`]: _, ...files } = ociFiles({ all: index });
      const wanted = children[0]?.digest;
      const imported = await importImage(registry, await from(files), { repository, image: wanted, tag: 'one' });
      expect(imported).toMatchObject({ digest: wanted, tag: 'one' });
      await expect(importImage(registry, await from(files), { repository })).rejects.toMatchObject({
        code: 'MISSING_BLOB',
      });
      expect(await tagsOf(registry)).toEqual(['one']);
    });
  });

  it('imports into a public repository, and creates it if it is told to', async () => {
    const registry = await registryWithRepository();
    const built = await image();
    const importing = async (to: string, createRepository = false) =>
      importImage(registry, await from(ociFiles({ v1: built })), { repository: to, createRepository });
    await expect(importing('harbour/team/web')).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
    await importing('harbour/team/web', true);
    await importing('public.ecr.aws/harbour/team/web', true);
    await importing('123456789012.dkr.ecr.eu-west-1.amazonaws.com/api', true);
    const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName: 'team/web' });
    expect(imageDetails).toMatchObject([{ imageDigest: built.digest, imageTags: ['v1'] }]);
    const own = await registry.ecr.describeRepositories({}, { region: 'eu-west-1' });
    expect(own.repositories).toMatchObject([{ repositoryName: 'api' }]);
  });

  it('stores an image without a name by its digest only', async () => {
    const registry = await registryWithRepository();
    const built = await image();
    const index = JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(built)] });
    const source = await from({ ...ociFiles({ v1: built }), 'index.json': index });
    expect(await importImage(registry, source, { repository })).toMatchObject({ digest: built.digest, tag: undefined });
    expect(await tagsOf(registry)).toEqual([]);
    expect(await manifestOf(registry, built.digest)).toBe(built.manifest);
  });

  it('keeps a sha512 digest of an image with a tag', async () => {
    const registry = await registryWithRepository();
    const built = await image();
    const digest = await digestOf(encode(built.manifest), 'sha512');
    const index = { schemaVersion: 2, manifests: [{ ...descriptorOf(built, 'v1'), digest }] };
    const blobs = { ...blobsOf([built]), [`blobs/${digest.replace(':', '/')}`]: built.manifest };
    const source = await from({ ...blobs, 'index.json': JSON.stringify(index) });
    expect(await importImage(registry, source, { repository })).toMatchObject({ digest, tag: 'v1' });
    expect(await manifestOf(registry, digest)).toBe(built.manifest);
    expect(await manifestOf(registry, 'v1')).toBe(built.manifest);
  });

  it('reports each chunk', async () => {
    const built = await buildImage({ layers: [new Uint8Array(3_000_000)] });
    const seen: ImageProgress[] = [];
    const source = await from(ociFiles({ v1: built }));
    const registry = await registryWithRepository();
    await importImage(registry, source, { repository, onProgress: (one) => seen.push(one) });
    const size = built.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(seen.at(-1)?.bytes).toBe(size);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)?.total).toBe(source instanceof Blob ? size : undefined);
  });

  it('stops when its signal aborts, and stores no tag', async () => {
    const built = await buildImage({ layers: [new Uint8Array(3_000_000)] });
    const registry = await registryWithRepository();
    const reason = new Error('the user left');
    const abort = new AbortController();
    const source = await from(ociFiles({ v1: built }));
    const importing = importImage(registry, source, {
      repository,
      signal: abort.signal,
      onProgress: () => abort.abort(reason),
    });
    await expect(importing).rejects.toBe(reason);
    expect(await tagsOf(registry)).toEqual([]);
  });
});

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe('importImage', () => {
  it('reads only the headers and the selected image of an archive with random access', async () => {
    const layers = [new Uint8Array(8_000_000)];
    const wanted = await buildImage({ layers: ['small'] });
    const bytes = await tar(ociFiles({ large: await buildImage({ layers }), small: wanted }));
    let read = 0;
    const source = {
      size: bytes.length,
      read: async (start: number, end: number) => {
        read += end - start;
        return bytes.subarray(start, end);
      },
    };
    const registry = await registryWithRepository();
    expect(await importImage(registry, source, { repository, image: 'small' })).toMatchObject({
      digest: wanted.digest,
    });
    expect(read).toBeLessThan(500_000);
  });

  it('says that a layer with an unusual name needs a source that can be read twice', async () => {
    const files = await dockerFiles(await image(), ['web:v1']);
    const [name = '', layer = ''] = Object.entries(files).find(([path]) => path.endsWith('.tar')) ?? [];
    const list = String(files['manifest.json']).replace(name, 'bottom-layer');
    const archive = await tar({ ...files, 'bottom-layer': layer, 'manifest.json': list });
    const registry = await registryWithRepository();
    await expect(importImage(registry, streamOf(archive), { repository })).rejects.toMatchObject({
      code: 'UNSUPPORTED_ARCHIVE',
      message: /^The file 'bottom-layer' .* from a Blob, from bytes or from a file instead$/,
    });
    expect(await importImage(registry, archive, { repository })).toMatchObject({ tag: 'v1' });
  });

  it('does not believe a registry that states a wrong size of a layer', async () => {
    const registry = await registryWithRepository();
    const built = await image();
    const archive = new Blob([await tar(await dockerFiles(built, []))]);
    const { digest } = await importImage(registry, archive, { repository });
    const { distribution } = registry;
    // A proxy that removes bodies may state that each blob is empty.
    const checkBlob: typeof distribution.checkBlob = async (...args) => ({
      ...(await distribution.checkBlob(...args)),
      size: 0,
    });
    const lying = { distribution: { ...distribution, checkBlob } };
    expect(await importImage(lying, archive, { repository })).toMatchObject({ digest });
  });

  it('destroys a stream of Node that stalls, and rejects at once, when its signal aborts', async () => {
    const bytes = await tar(ociFiles({ v1: await image() }));
    for (const start of [bytes.subarray(0, 700), (await gzip(bytes)).subarray(0, 100), new Uint8Array(0)]) {
      const stalled = new Readable({ read: () => undefined });
      if (start.length > 0) stalled.push(start);
      const abort = new AbortController();
      const importing = importImage(await registryWithRepository(), stalled, { repository, signal: abort.signal });
      // The source is asked for more before the user leaves.
      await new Promise((resolve) => setImmediate(resolve));
      abort.abort(new Error('the user left'));
      expect(stalled.destroyed).toBe(true);
      await expect(importing).rejects.toThrow('the user left');
    }
  });

  it('does not read a blob again that the repository has', async () => {
    const registry = await registryWithRepository();
    const source = await tar(ociFiles({ v1: await image() }));
    await importImage(registry, source, { repository });
    const started: unknown[] = [];
    const distribution = {
      ...registry.distribution,
      putBlob: (...args: Parameters<typeof registry.distribution.putBlob>) => {
        started.push(args);
        return registry.distribution.putBlob(...args);
      },
    };
    await importImage({ distribution }, source, { repository, tag: 'v2' });
    expect(started).toEqual([]);
    expect(await tagsOf(registry)).toEqual(['v1', 'v2']);
  });

  it('stores all manifests of an index, if its signal aborts after the first one', async () => {
    const registry = await registryWithRepository();
    const index = await buildIndex({ images: [await buildImage(), await buildImage({ layers: ['one'] })] });
    const abort = new AbortController();
    const distribution: typeof registry.distribution = {
      ...registry.distribution,
      putManifest: async (...args) => {
        const stored = await registry.distribution.putManifest(...args);
        abort.abort(new Error('too late'));
        return stored;
      },
    };
    const source = await tar(ociFiles({ v1: index }));
    await importImage({ distribution }, source, { repository, signal: abort.signal });
    expect(await manifestOf(registry, 'v1')).toBe(index.manifest);
  });

  const never = () => new Promise<Uint8Array>(() => undefined);
  const bytesThenNothing = async function* (count: number) {
    if (count > 0) yield new Uint8Array(count);
    yield await never();
  };
  const silent: [string, () => ImageSource][] = [
    ['a stream', () => new ReadableStream()],
    ['an iterable', () => bytesThenNothing(0)],
    ['an iterable with a few bytes', () => bytesThenNothing(3)],
    ['an iterable with a header', () => bytesThenNothing(600)],
    ['a file behind a network', () => ({ size: 5000, read: never })],
    [
      'a file behind a network that is lost',
      () => ({ size: 100_000, read: async (_, end) => (end < 10 ? new Uint8Array(end) : never()) }),
    ],
  ];

  it.each(silent)('ends at once when its signal aborts while %s gives nothing', async (_, sourceOf) => {
    const registry = await registryWithRepository();
    const abort = new AbortController();
    const source = sourceOf();
    const importing = importImage(registry, source, { repository, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('too slow')), 20);
    await expect(importing).rejects.toThrow('too slow');
  });

  it('passes on the error of a stream', async () => {
    const registry = await registryWithRepository();
    const bytes = await tar(ociFiles({ v1: await image() }));
    const failing = async function* () {
      yield bytes.subarray(0, 2000);
      throw new Error('the connection is lost');
    };
    await expect(importImage(registry, failing(), { repository })).rejects.toThrow(/^the connection is lost$/);
  });

  it('closes a stream that it cannot decompress', async () => {
    const xz = new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);
    const closed: string[] = [];
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(xz),
      cancel: () => void closed.push('stream'),
    });
    const iterable = async function* () {
      try {
        for (;;) yield xz;
      } finally {
        closed.push('iterable');
      }
    };
    const registry = await registryWithRepository();
    for (const source of [stream, iterable()]) {
      await expect(importImage(registry, source, { repository })).rejects.toThrow('compressed with xz');
    }
    expect(closed).toEqual(['stream', 'iterable']);
  });

  it('reads an archive with zstd if the platform can', async () => {
    const zstd = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]);
    const registry = await registryWithRepository();
    await expect(importImage(registry, zstd, { repository })).rejects.toThrow(
      /zstd, which this platform cannot decompress: decompress it first, or use gzip|is not valid zstd data/,
    );
  });

  it.each<[object, string]>([
    [{ repo: 'team/web' }, "importImage has no option 'repo'; did you mean 'repository'?"],
    [{}, "importImage needs the option 'repository'"],
    [{ repository, tag: 'v 1' }, "The tag 'v 1' is invalid"],
  ])('refuses the options %j', async (options, message) => {
    const registry = await registryWithRepository();
    const importing = importImage(registry, new Uint8Array(1), options as { repository: string });
    await expect(importing).rejects.toThrow(TypeError);
    await expect(importing).rejects.toThrow(message);
  });

  it.each([undefined, 'image.tar', 5, {}])('refuses the source %j', async (source) => {
    const registry = await registryWithRepository();
    await expect(importImage(registry, source as never, { repository })).rejects.toThrow(
      'The source of an image must be a Blob, bytes, a stream',
    );
  });
});
