import { type BuiltImage, buildImage, buildIndex } from '@coracle/core/testing';
import fc from 'fast-check';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import {
  descriptorOf,
  dockerFiles,
  encode,
  type Files,
  gzip,
  ociFiles,
  streamOf,
  tar,
} from '../../test-support/archives.ts';
import { manifestOf, registryWithRepository, repository, tagsOf } from '../../test-support/registry.ts';
import { digestOf } from '../digest.ts';
import { type ImageSource, ImageTarError, importImage } from '../index.ts';

const built = await buildImage({ layers: ['one', 'two'] });
const layer = built.blobs[1] as BuiltImage['blobs'][number];
const good = ociFiles({ v1: built });
const pathOf = (digest: string) => `blobs/sha256/${digest.slice('sha256:'.length)}`;
const withIndex = (...manifests: object[]) => ({ ...good, 'index.json': JSON.stringify({ manifests }) });
const docker = await dockerFiles(built, ['web:v1']);
const configName = Object.keys(docker).find((name) => /^[0-9a-f]{64}\.json$/.test(name)) ?? '';
const layerName = Object.keys(docker).find((name) => name.endsWith('.tar')) ?? '';
const noise = new Uint8Array(1000).fill(7);
const withoutManifest = Object.fromEntries(Object.entries(good).filter(([path]) => path !== pathOf(layer.digest)));

const ways: [string, (bytes: Uint8Array<ArrayBuffer>) => ImageSource][] = [
  ['a Blob', (bytes) => new Blob([bytes])],
  ['a stream', (bytes) => streamOf(bytes)],
];

/** An image index that names an index, and so on. */
async function nested(depth: number): Promise<BuiltImage> {
  let index = built;
  for (let i = 0; i < depth; i++) index = await buildIndex({ images: [index] });
  return index;
}

const code = (name: string, message: string | RegExp) => [name, message] as const;

/** A docker-archive whose layer begins as zstd data does. */
const zstdLayer = async () => ({ ...docker, [layerName]: Buffer.concat([Buffer.from('28b52ffd', 'hex'), noise]) });

const archives: [string, () => Promise<Uint8Array<ArrayBuffer>>, readonly [string, string | RegExp]][] = [
  [
    'is no tar archive',
    async () => encode('hello '.repeat(200)),
    code('INVALID_ARCHIVE', 'not a valid tar archive at its start'),
  ],
  [
    'has a layer that is compressed with zstd in a docker-archive',
    async () => tar(await zstdLayer()),
    code('UNSUPPORTED_ARCHIVE', /The layer .* is compressed with zstd, .*skopeo copy docker-archive:/),
  ],
  ['is empty', async () => new Uint8Array(0), code('INVALID_ARCHIVE', 'The archive is empty')],
  ['has no files', () => tar({}), code('INVALID_ARCHIVE', "no 'index.json' and no 'manifest.json'")],
  ['is a tar of something else', () => tar({ 'readme.txt': 'hello' }), code('INVALID_ARCHIVE', 'so it is no image')],
  [
    'is cut off in a header',
    async () => (await tar(good)).slice(0, 700),
    code('INVALID_ARCHIVE', /not a valid tar archive|The archive is cut off/),
  ],
  [
    'is cut off at its end',
    async () => (await tar(good)).slice(0, -1024),
    code('INVALID_ARCHIVE', 'Tar archive is truncated'),
  ],
  [
    'has a name with ..',
    () => tar({ ...good, 'a/../../etc/passwd': 'x' }),
    code('INVALID_ARCHIVE', "'a/../../etc/passwd', which leads out of the archive"),
  ],
  [
    'has an absolute name',
    () => tar({ ...good, '/etc/passwd': 'x' }),
    code('INVALID_ARCHIVE', "'/etc/passwd', which leads out"),
  ],
  [
    'has a very long name',
    () => tar({ ...good, ['a/'.repeat(3000)]: '' }),
    code('LIMIT_EXCEEDED', 'more than 4096 characters'),
  ],
  [
    'has a link out of the archive',
    () => tar({ ...docker, 'a/layer.tar': { link: '../../etc/shadow' } }),
    code('INVALID_ARCHIVE', "leads to '../../etc/shadow', which is outside"),
  ],
  [
    'has an absolute link',
    () => tar({ ...docker, 'a/layer.tar': { link: '/etc/shadow' } }),
    code('INVALID_ARCHIVE', 'which is outside of the archive'),
  ],
  [
    'has two entries with one name',
    async () =>
      joined(await tar({ 'oci-layout': '{}', 'index.json': '{}' }), await tar({ 'index.json': '{"manifests":[]}' })),
    code('INVALID_ARCHIVE', "two entries with the name 'index.json'"),
  ],
  [
    'has an index that is no JSON',
    () => tar({ ...good, 'index.json': '{' }),
    code('INVALID_ARCHIVE', "'index.json' of the archive is not JSON"),
  ],
  [
    'has an index without manifests',
    () => tar({ ...good, 'index.json': '{}' }),
    code('INVALID_ARCHIVE', "no list 'manifests'"),
  ],
  ['has an index with an empty list', () => tar(withIndex()), code('INVALID_ARCHIVE', 'lists no image')],
  [
    'has an index with a bad digest',
    () => tar(withIndex({ digest: 'sha256:../../../etc/passwd' })),
    code('INVALID_ARCHIVE', 'Entry 0'),
  ],
  [
    'has a huge index',
    () => tar({ 'index.json': `{"manifests":[${' '.repeat(5_000_000)}]}` }),
    code('LIMIT_EXCEEDED', "'index.json' of the archive has 5000016 bytes"),
  ],
  [
    'has an index nested too deeply',
    () => tar({ 'index.json': `${'['.repeat(100)}${']'.repeat(100)}` }),
    code('LIMIT_EXCEEDED', 'more than 64 levels'),
  ],
  [
    'has an index that states another size',
    () => tar(withIndex({ ...descriptorOf(built), size: 5 })),
    code('DIGEST_MISMATCH', 'should have 5 bytes'),
  ],
  [
    'lacks the manifest',
    () => tar({ 'index.json': good['index.json'] ?? '' }),
    code('MISSING_BLOB', `'${pathOf(built.digest)}', which 'index.json' names`),
  ],
  [
    'lacks a layer',
    () => tar(withoutManifest),
    code('MISSING_BLOB', `'${pathOf(layer.digest)}', which the manifest ${built.digest} names`),
  ],
  [
    'has a manifest with another digest',
    () => tar({ ...good, [pathOf(built.digest)]: `${built.manifest} ` }),
    code('DIGEST_MISMATCH', /\d+ bytes|the digest sha256/),
  ],
  [
    'has a layer with other bytes',
    () => tar({ ...good, [pathOf(layer.digest)]: new Uint8Array(layer.bytes.length) }),
    code('DIGEST_MISMATCH', `should have the digest ${layer.digest}`),
  ],
  [
    'has a layer of another size',
    () => tar({ ...good, [pathOf(layer.digest)]: 'short' }),
    code('DIGEST_MISMATCH', pathOf(layer.digest)),
  ],
  [
    'has a manifest that is not one',
    async () => tar(await asManifest('{"schemaVersion":2}')),
    code('INVALID_ARCHIVE', 'is not a valid manifest'),
  ],
  [
    'has indexes in indexes',
    async () => tar(ociFiles({ deep: await nested(18) })),
    code('LIMIT_EXCEEDED', 'to a depth of more than 16'),
  ],
  [
    'has a list that is not one',
    () => tar({ ...docker, 'manifest.json': '{}' }),
    code('INVALID_ARCHIVE', 'is not a list, as docker save writes it'),
  ],
  [
    'has a list without a config',
    () => tar({ ...docker, 'manifest.json': '[{"Layers":[]}]' }),
    code('INVALID_ARCHIVE', "Image 0 in 'manifest.json'"),
  ],
  [
    'has a list with a path out of it',
    () => tar({ ...docker, 'manifest.json': '[{"Config":"../x","Layers":[]}]' }),
    code('INVALID_ARCHIVE', "'../x', which leads out"),
  ],
  [
    'lacks the config',
    () => tar({ ...docker, 'manifest.json': '[{"Config":"x.json","Layers":[]}]' }),
    code('MISSING_BLOB', "'x.json', which 'manifest.json' names"),
  ],
  [
    'has a config with another digest than its name',
    () => tar({ ...docker, [configName]: '{}' }),
    code('DIGEST_MISMATCH', configName),
  ],
  [
    'has a config with fewer layers',
    () =>
      tar({
        ...docker,
        'c.json': '{}',
        'manifest.json': JSON.stringify([{ Config: 'c.json', Layers: [`${layer.digest.slice(7)}.tar`] }]),
      }),
    code('INVALID_ARCHIVE', "has 0 layers, but 'manifest.json' has 1"),
  ],
  [
    'has a config with bad diff ids',
    () =>
      tar({
        ...docker,
        'c.json': '{"rootfs":{"diff_ids":["x"]}}',
        'manifest.json': '[{"Config":"c.json","Layers":["x"]}]',
      }),
    code('INVALID_ARCHIVE', 'no list of sha256 digests in rootfs.diff_ids'),
  ],
  [
    'has a docker layer with other bytes',
    () => tar({ ...docker, [`${layer.digest.slice(7)}.tar`]: new Uint8Array(2048) }),
    code('DIGEST_MISMATCH', `should have the diff id ${layer.digest}`),
  ],
  [
    'has links in a circle',
    () =>
      tar({
        ...docker,
        'a/layer.tar': { link: '../b/layer.tar' },
        'b/layer.tar': { link: '../a/layer.tar' },
        'manifest.json': listOf('a/layer.tar'),
      }),
    code('INVALID_ARCHIVE', 'or in a circle'),
  ],
  [
    'has a link to nothing',
    () => tar({ ...docker, 'a/layer.tar': { link: 'ghost' }, 'manifest.json': listOf('a/layer.tar') }),
    code('MISSING_BLOB', "'a/ghost', which the link 'a/layer.tar' names"),
  ],
  [
    'is broken gzip',
    async () => (await gzip(await tar(good))).map((byte, i) => (i > 20 && i < 200 ? byte ^ 0x55 : byte)),
    code('INVALID_ARCHIVE', 'is not valid gzip data, or it is cut off'),
  ],
  [
    'is cut off gzip',
    async () => (await gzip(await tar(good))).slice(0, -40),
    code('INVALID_ARCHIVE', /is not valid gzip data, or it is cut off/),
  ],
  [
    'is xz',
    async () => new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    code('UNSUPPORTED_ARCHIVE', 'compressed with xz'),
  ],
];

/** The list of a docker-archive whose two layers are both in one file. */
function listOf(path: string): string {
  return JSON.stringify([{ Config: configName, Layers: [path, path] }]);
}

async function asManifest(text: string): Promise<Files> {
  const digest = await digestOf(encode(text));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return { ...withIndex({ mediaType, digest, size: text.length }), [pathOf(digest)]: text };
}

/** Joins two archives to one, without the end of the first one. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length - 1024 + second.length);
  bytes.set(first.subarray(0, first.length - 1024));
  bytes.set(second, first.length - 1024);
  return bytes;
}

describe.each(ways)('an archive from %s', (_, sourceOf) => {
  it.each(archives)('that %s is refused, and leaves no tag and no image', async (_, archive, [code, message]) => {
    const registry = await registryWithRepository();
    const error = await importImage(registry, sourceOf(await archive()), { repository }).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(ImageTarError);
    expect((error as Error).message).toMatch(message);
    expect(error).toMatchObject({ code });
    expect(await tagsOf(registry)).toEqual([]);
    await expect(manifestOf(registry, built.digest)).rejects.toMatchObject({ name: 'ImageNotFoundException' });
  });

  it('that is no image archive does not create a repository', async () => {
    const registry = await registryWithRepository();
    const source = sourceOf(await tar({ 'readme.txt': 'hello' }));
    const importing = importImage(registry, source, { repository: 'other', createRepository: true });
    await expect(importing).rejects.toMatchObject({ code: 'INVALID_ARCHIVE' });
    expect((await registry.ecr.describeRepositories()).repositories).toHaveLength(1);
  });

  it('that has a million entries is refused', async () => {
    const entry = (await packTar([{ header: { name: 'x', size: 0, mtime: new Date(0), type: 'directory' } }])).slice(
      0,
      512,
    );
    const bytes = new Uint8Array(512 * 100_500);
    for (let at = 0; at < bytes.length; at += 512) bytes.set(entry, at);
    const registry = await registryWithRepository();
    const source = sourceOf(bytes);
    const importing = importImage(registry, source instanceof Blob ? source : streamOf(bytes, [65_536]), {
      repository,
    });
    await expect(importing).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', message: /more than 100000 entries/ });
  });

  it('that states a size beyond its end is refused before anything is read', async () => {
    const bytes = await tar({ 'index.json': 'x', 'oci-layout': '{}' });
    // The size of the first entry, 8 GiB - 1, and the checksum of the header.
    bytes.set(encode('77777777777'), 124);
    bytes.fill(0x20, 148, 156);
    const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    bytes.set(encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
    const registry = await registryWithRepository();
    await expect(importImage(registry, sourceOf(bytes), { repository })).rejects.toBeInstanceOf(ImageTarError);
  });
});

/** Imports bytes in both ways. Returns for each way the digest of the image, or the error. */
async function outcomes(bytes: Uint8Array<ArrayBuffer>, sizes: readonly number[]): Promise<unknown[]> {
  const sources = [new Blob([bytes]), streamOf(bytes, sizes)];
  return Promise.all(
    sources.map(async (source) => {
      const registry = await registryWithRepository();
      const outcome = await importImage(registry, source, { repository, image: 0 }).then(
        ({ digest }) => digest,
        (error: unknown) => error,
      );
      const tags = await tagsOf(registry);
      if (outcome instanceof Error) expect(tags).toEqual([]);
      return outcome;
    }),
  );
}

const isExplained = (outcome: unknown): boolean =>
  typeof outcome === 'string' || (outcome instanceof ImageTarError && outcome.message.length > 20);

describe('archives that are changed at random', () => {
  const kinds = fc.constantFrom('oci', 'docker');
  const bytesOf = (kind: string) => tar(kind === 'oci' ? good : docker);

  it('are imported with the right digest, or refused with a reason', { timeout: 120_000 }, async () => {
    const digests: Record<string, unknown> = {};
    for (const kind of ['oci', 'docker']) [digests[kind]] = await outcomes(await bytesOf(kind), [512]);
    const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(kinds, fc.array(change, { minLength: 1, maxLength: 4 }), async (kind, changes) => {
        const bytes = await bytesOf(kind);
        for (const { at, byte } of changes) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ byte;
        for (const outcome of await outcomes(bytes, [700])) {
          expect(outcome).toSatisfy(isExplained);
          if (typeof outcome === 'string') expect(outcome).toBe(digests[kind]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('are refused if they are cut off, except after their last file', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(kinds, fc.nat(), async (kind, at) => {
        const bytes = await bytesOf(kind);
        const cut = await outcomes(bytes.slice(0, at % (bytes.length - 1)), [700]);
        for (const outcome of cut) expect(outcome).toBeInstanceOf(ImageTarError);
      }),
      { numRuns: 100 },
    );
  });

  it('are read alike, whatever the sizes of the chunks', { timeout: 120_000 }, async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(kinds, sizes, fc.boolean(), async (kind, chunkSizes, zipped) => {
        const bytes = await bytesOf(kind);
        const [inOrder, forward] = await outcomes(zipped ? await gzip(bytes) : bytes, chunkSizes);
        expect(inOrder).toBeTypeOf('string');
        expect(forward).toBe(inOrder);
      }),
      { numRuns: 40 },
    );
  });
});
