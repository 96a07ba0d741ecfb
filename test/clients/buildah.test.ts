import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from '@coracle/registry';
import { expect } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import { test as base, imagesOf, newRepository } from '../support/clients.ts';
import { buildah as buildahTool, describeWith } from '../support/describe-with.ts';

const plainHttp = '--tls-verify=false';

const test = base.extend<{ buildah: ClientProgram }>({
  buildah: async ({ folder }, use) => {
    const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
    await use(new ClientProgram('buildah', folder, storage));
  },
});

/** Commits an image of one file on another, or on nothing, and pushes it. */
async function build(buildah: ClientProgram, folder: string, from: string, file: string, to: string): Promise<void> {
  await writeFile(join(folder, file), `the content of ${file}`);
  const container = (await buildah.output('from', plainHttp, from)).trim();
  await buildah.output('copy', container, file, `/${file}`);
  await buildah.output('commit', '--quiet', container, file);
  await buildah.output('push', plainHttp, file, `docker://${to}`);
}

describeWith([buildahTool], 'buildah', () => {
  test('builds an image from nothing, pushes it, and reads its file from what it pulls', async ({
    server,
    folder,
    buildah,
  }) => {
    const repository = await newRepository(server);
    await build(buildah, folder, 'scratch', 'motd', `${repository}:v1`);
    await buildah.output('rm', '--all');
    await buildah.output('rmi', '--all');

    const container = (await buildah.output('from', plainHttp, `${repository}:v1`)).trim();

    const mounted = (await buildah.output('mount', container)).trim();
    expect(await readFile(join(mounted, 'motd'), 'utf8')).toBe('the content of motd');
    await buildah.output('umount', container);
    expect(await imagesOf(server)).toMatchObject([
      { imageTags: ['v1'], imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json' },
    ]);
  });

  test('builds on an image that it pulls, and sends only the layer that is new', async ({
    server,
    asked,
    folder,
    buildah,
  }) => {
    const repository = await newRepository(server);
    const base = await buildImage({ layers: ['one', 'two'] });
    await server.registry.seed({ public: { 'team/web': [{ image: base, tags: ['base'] }] } });
    await build(buildah, folder, `${repository}:base`, 'motd', `${repository}:v1`);

    // The new layer and the config.
    expect(asked.filter((line) => /^PUT .*\/blobs\/uploads\//.test(line))).toHaveLength(2);
    const images = await imagesOf(server);
    expect(images.map(({ imageTags }) => imageTags?.[0]).sort()).toEqual(['base', 'v1']);
  });

  test('pushes a manifest list of images that are in the registry', async ({ server, buildah }) => {
    const repository = await newRepository(server);
    const architectures = ['amd64', 'arm64'];
    const seeds = await Promise.all(
      architectures.map(async (architecture) => ({
        tags: [architecture],
        image: await buildImage({ layers: [architecture], platform: { os: 'linux', architecture } }),
      })),
    );
    await server.registry.seed({ public: { 'team/web': seeds } });
    await buildah.output('manifest', 'create', 'list');
    for (const architecture of architectures) {
      await buildah.output('manifest', 'add', plainHttp, 'list', `docker://${repository}:${architecture}`);
    }
    await buildah.output('manifest', 'push', '--all', plainHttp, 'list', `docker://${repository}:all`);

    const images = await imagesOf(server);
    expect(images.filter(({ imageTags }) => imageTags?.includes('all'))).toMatchObject([
      { imageManifestMediaType: 'application/vnd.oci.image.index.v1+json' },
    ]);
    expect(images).toHaveLength(3);
  });
});
