import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { buildImage, buildIndex, createRegistry, type Registry } from '@coracle/registry';
import { importImage } from '@coracle/registry/image-tar';
import { fromPath } from '@coracle/registry/image-tar/node';
import { test as base, expect } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import { output } from '../support/commands.ts';
import { describeWith, podman as podmanTool, skopeo as skopeoTool } from '../support/describe-with.ts';
import { writeDockerArchive } from '../support/docker-archive.ts';
import { digestsOf, writeOciLayout } from '../support/oci-layout.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { contentOf, exportTo, manifestOf, ownStorage, repository } from './archives.ts';

interface Given {
  readonly folder: string;
  readonly registry: Registry;
  readonly skopeo: ClientProgram;
  readonly podman: ClientProgram;
}

const test = base.extend<Given>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  folder: async ({}, use) => {
    const folder = await temporaryFolder();
    await use(folder.path);
    await folder.remove();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  registry: async ({}, use) => {
    const registry = createRegistry();
    await registry.ecr.createRepository({ repositoryName: repository });
    await use(registry);
  },
  skopeo: async ({ folder }, use) => use(new ClientProgram('skopeo', folder, ['--insecure-policy'])),
  podman: async ({ folder }, use) =>
    use(new ClientProgram('podman', folder, [...ownStorage(folder), '--tmpdir', join(folder, 'tmp')])),
});

async function twoPlatforms() {
  const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  const large = Uint8Array.from({ length: 9 * 1024 * 1024 + 7 }, (_, i) => (i * 31) % 251);
  return buildIndex({
    images: [await buildImage({ layers: ['one', large] }), await buildImage({ layers: ['one'], platform: arm })],
  });
}

const ways: [string, (path: string) => Promise<Parameters<typeof importImage>[1]>][] = [
  ['a file', fromPath],
  ['a Blob', async (path) => new Blob([await readFile(path)])],
  ['a stream', async (path) => createReadStream(path)],
  [
    'a stream with gzip',
    async (path) => {
      await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`));
      return createReadStream(`${path}.gz`);
    },
  ],
];

describeWith([skopeoTool], 'archives of skopeo', () => {
  test.for(ways)(
    'oci-archive of two platforms, from %s, there and back',
    async ([, open], { folder, registry, skopeo }) => {
      await writeOciLayout(join(folder, 'layout'), await twoPlatforms(), 'all');
      const archive = join(folder, 'image.tar');
      await skopeo.output('copy', '--all', `oci:${folder}/layout:all`, `oci-archive:${archive}:all`);
      const raw = await skopeo.output('inspect', '--raw', `oci-archive:${archive}:all`);
      const before = await contentOf(archive);
      const {
        manifests: [root],
      } = JSON.parse(await readFile(`${archive}.content/index.json`, 'utf8'));

      const imported = await importImage(registry, await open(archive), { repository });

      expect(imported).toMatchObject({ digest: root.digest, mediaType: root.mediaType, tag: 'all' });
      expect((await manifestOf(registry, 'all')).toString()).toBe(raw);
      const exported = await exportTo(folder, registry, 'all');
      const { 'index.json': _, 'oci-layout': __, ...blobs } = before;
      expect(await contentOf(exported)).toMatchObject(blobs);
      expect(await skopeo.output('inspect', '--raw', `oci-archive:${exported}:all`)).toBe(raw);
      await skopeo.output(
        'copy',
        '--all',
        '--preserve-digests',
        `oci-archive:${exported}:all`,
        `oci:${folder}/back:all`,
      );
      expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(`${archive}.content/blobs`));
    },
  );

  test.for(ways)(
    'docker-archive with links between layers, from %s',
    async ([, open], { folder, registry, skopeo }) => {
      const image = await buildImage({ layers: ['one', { 'etc/motd': 'two' }] });
      await writeOciLayout(join(folder, 'layout'), image, 'v1');
      const archive = join(folder, 'image.tar');
      await skopeo.output('copy', `oci:${folder}/layout:v1`, `docker-archive:${archive}:team/web:v1`);
      expect(await output('tar', ['-tvf', archive])).toContain('layer.tar -> ../');

      const { digest } = await importImage(registry, await open(archive), { repository });

      const { config, layers } = JSON.parse((await manifestOf(registry, digest)).toString());
      const ours = image.blobs.map((blob) => blob.digest);
      expect([config, ...layers].map((one: { digest: string }) => one.digest)).toEqual(ours);
      const exported = await exportTo(folder, registry, 'v1');
      // With a tag, skopeo finds only manifests of OCI.
      const rawConfig = await skopeo.output('inspect', '--config', '--raw', `oci-archive:${exported}`);
      expect(rawConfig).toBe(await skopeo.output('inspect', '--config', '--raw', `docker-archive:${archive}`));
      await skopeo.output('copy', `oci-archive:${exported}`, `docker-archive:${folder}/back.tar:team/web:v1`);
      expect(await contentOf(join(folder, 'back.tar'))).toEqual(await contentOf(archive));
    },
  );

  test('a folder that skopeo wrote, with layers that it compressed', async ({ folder, registry, skopeo }) => {
    await writeOciLayout(join(folder, 'layout'), await buildImage({ layers: ['one'.repeat(9000)] }), 'v1');
    const flags = ['--dest-compress-format', 'gzip', '--dest-oci-accept-uncompressed-layers=false'];
    await skopeo.output('copy', ...flags, `oci:${folder}/layout:v1`, `oci:${folder}/zipped:v1`);
    const raw = await skopeo.output('inspect', '--raw', `oci:${folder}/zipped:v1`);
    await importImage(registry, await fromPath(join(folder, 'zipped')), { repository });
    expect((await manifestOf(registry, 'v1')).toString()).toBe(raw);
  });

  test('two exports have the same bytes', async ({ folder, registry }) => {
    const image = await twoPlatforms();
    await registry.seed({ private: { [repository]: [{ image, tags: ['all'] }] } });
    const first = await readFile(await exportTo(folder, registry, 'all'));
    expect(first.equals(await readFile(await exportTo(folder, registry, 'all')))).toBe(true);
  });
});

describeWith([podmanTool], 'archives of podman', () => {
  test('podman save of several images, and podman load of an export', async ({ folder, registry, podman }) => {
    const image = await buildImage({ layers: ['one', 'two'] });
    const other = await buildImage({ layers: ['one'] });
    for (const [name, one] of Object.entries({ web: image, api: other })) {
      await mkdir(join(folder, name));
      const input = await writeDockerArchive(join(folder, name), one, `localhost/${name}:v1`);
      await podman.output('load', '--quiet', '--input', input);
    }
    const archive = join(folder, 'saved.tar');
    const format = ['--format', 'docker-archive', '--multi-image-archive'];
    await podman.output('save', '--quiet', ...format, '--output', archive, 'web:v1', 'api:v1');

    await expect(importImage(registry, await fromPath(archive), { repository })).rejects.toThrow(
      /several images.*'localhost\/web:v1'.*'localhost\/api:v1'/,
    );
    const { digest } = await importImage(registry, await fromPath(archive), { repository, image: 'web:v1' });

    const { config } = JSON.parse((await manifestOf(registry, digest)).toString());
    expect(config.digest).toBe(image.blobs[0]?.digest);
    const exported = await exportTo(folder, registry, 'v1');
    await podman.output('rmi', '--all', '--force');
    await podman.output('load', '--quiet', '--input', exported);
    const [loaded] = await podman.json<{ Id: string }[]>('images', '--no-trunc', '--format', 'json');
    expect(loaded?.Id.replace(/^sha256:/, '')).toBe(image.blobs[0]?.digest.slice('sha256:'.length));
  });
});
