import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from '@coracle/registry';
import { expect } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import { test as base } from '../support/clients.ts';
import { output } from '../support/commands.ts';
import { coracleIn } from '../support/coracle-command.ts';
import {
  buildah as buildahTool,
  describeWith,
  docker as dockerTool,
  podman as podmanTool,
} from '../support/describe-with.ts';
import { writeDockerArchive } from '../support/docker-archive.ts';
import { startDockerEngine } from '../support/docker-engine.ts';
import { expectDockerBack, expectLayoutBack, ownStorage, type Ways } from './archives.ts';

/** The archives that docker, podman and buildah write, each through importImage, exportImage, coracle push and coracle pull. */

interface Given {
  readonly ways: Ways;
  readonly docker: ClientProgram;
  readonly podman: ClientProgram;
  readonly buildah: ClientProgram;
  /** The name of an image of two layers in the storage of podman and buildah. */
  readonly built: string;
  /** The name of an image index of two platforms in the same storage. */
  readonly index: string;
}

const test = base.extend<Given>({
  ways: async ({ folder, server, host }, use) =>
    use({ folder, registry: server.registry, host, coracle: coracleIn(folder) }),
  docker: async ({ folder }, use) => {
    const engine = await startDockerEngine(folder);
    await use(engine.docker);
    await engine.stop();
  },
  podman: async ({ folder }, use) =>
    use(new ClientProgram('podman', folder, [...ownStorage(folder), '--tmpdir', join(folder, 'tmp')])),
  buildah: async ({ folder }, use) => use(new ClientProgram('buildah', folder, ownStorage(folder))),
  built: async ({ folder, buildah }, use) => use(await build(folder, buildah, 'amd64')),
  index: async ({ folder, buildah, built }, use) => {
    await buildah.output('manifest', 'create', 'all', built, await build(folder, buildah, 'arm64'));
    await use('all');
  },
});

/** Builds an image of two layers, and returns its name. */
async function build(folder: string, buildah: ClientProgram, architecture: string): Promise<string> {
  const name = `built-${architecture}`;
  for (const [i, from] of ['scratch', name].entries()) {
    await writeFile(join(folder, 'motd'), `${architecture} ${i}`);
    const container = (await buildah.output('from', '--arch', architecture, from)).trim();
    await buildah.output('config', '--arch', architecture, container);
    await buildah.output('copy', container, 'motd', `/motd-${i}`);
    await buildah.output('commit', '--quiet', container, name);
  }
  return name;
}

describeWith([dockerTool], 'docker save', () => {
  test('of an image, there and back', async ({ folder, docker, ways }) => {
    const large = Uint8Array.from({ length: 6 * 1024 * 1024 + 7 }, (_, i) => (i * i) % 251);
    const image = await buildImage({ layers: ['one', { 'etc/motd': 'two' }, large] });
    await docker.output('load', '--input', await writeDockerArchive(folder, image, 'team/web:v1'));
    await docker.output('save', '--output', 'saved.tar', 'team/web:v1');
    await expectDockerBack(ways, join(folder, 'saved.tar'));
  });

  test('of several images, which have a link between their layers, there and back', async ({
    folder,
    docker,
    ways,
  }) => {
    const images = { web: await buildImage({ layers: ['one', 'two'] }), api: await buildImage({ layers: ['two'] }) };
    for (const [name, image] of Object.entries(images)) {
      await mkdir(join(folder, name));
      const archive = await writeDockerArchive(join(folder, name), image, `team/${name}:v1`);
      await docker.output('load', '--input', archive);
    }
    const archive = join(folder, 'saved.tar');
    await docker.output('save', '--output', archive, 'team/web:v1', 'team/api:v1');
    // An engine from 25.0 on writes an OCI layout, in which no layer is there twice.
    const isOld = !(await output('tar', ['-tf', archive])).includes('index.json');
    if (isOld) expect(await output('tar', ['-tvf', archive])).toMatch(/layer\.tar -> \.\.\//);
    await expectDockerBack(ways, archive, 'team/api:v1');
  });
});

describeWith([dockerTool], 'docker load', () => {
  test('of an archive of coracle pull, under the name of the image', async ({ docker, ways }) => {
    const image = await buildImage({ layers: ['one', { 'etc/motd': 'two' }] });
    const name = `${ways.host}/team/loaded:v1`;
    await ways.registry.seed({ private: { 'team/loaded': [{ image, tags: ['v1'] }] } });
    await ways.coracle.output('pull', name, 'pulled.tar');
    expect(await docker.output('load', '--input', 'pulled.tar')).toContain(`Loaded image: ${name}`);
    const id = (await docker.output('image', 'inspect', '--format', '{{.Id}}', name)).trim();
    // An engine with the store of containerd names an image by its manifest, others by its config.
    expect([image.digest, image.blobs[0]?.digest]).toContain(id);
  });
});

describeWith([podmanTool, buildahTool], 'podman', () => {
  test('save --format docker-archive, there and back', async ({ folder, podman, built, ways }) => {
    await podman.output('save', '--quiet', '--format', 'docker-archive', '--output', 'saved.tar', built);
    await expectDockerBack(ways, join(folder, 'saved.tar'));
  });

  test('save --format oci-archive, there and back', async ({ folder, podman, built, ways }) => {
    await podman.output('save', '--quiet', '--format', 'oci-archive', '--output', 'saved.tar', built);
    await expectLayoutBack(ways, join(folder, 'saved.tar'));
  });

  test('save --format oci-dir, there and back', async ({ folder, podman, built, ways }) => {
    await podman.output('save', '--quiet', '--format', 'oci-dir', '--output', 'saved', built);
    await expectLayoutBack(ways, join(folder, 'saved'));
  });

  test('manifest push --all to an oci-archive, there and back', async ({ folder, podman, index, ways }) => {
    await podman.output('manifest', 'push', '--all', index, `oci-archive:${folder}/all.tar:all`);
    await expectLayoutBack(ways, join(folder, 'all.tar'));
  });

  test('save --format docker-dir is refused, with the format to use', async ({ folder, podman, built, ways }) => {
    await podman.output('save', '--quiet', '--format', 'docker-dir', '--output', 'saved', built);
    const { code, stderr } = await ways.coracle.run('push', join(folder, 'saved'), `${ways.host}/team/web:v1`);
    expect(code).toBe(1);
    expect(stderr).toContain("The file 'manifest.json' of the archive is not a list");
    expect(stderr).toContain('skopeo copy … oci-archive:image.tar');
  });
});

describeWith([buildahTool], 'buildah', () => {
  test('push to a docker-archive, there and back', async ({ folder, buildah, built, ways }) => {
    await buildah.output('push', '--quiet', built, `docker-archive:${folder}/built.tar:team/web:v1`);
    await expectDockerBack(ways, join(folder, 'built.tar'));
  });

  test('push to an oci-archive, with layers that it compressed, there and back', async ({
    folder,
    buildah,
    built,
    ways,
  }) => {
    const archive = join(folder, 'built.tar');
    await buildah.output('push', '--quiet', built, `oci-archive:${archive}:v1`);
    await expectLayoutBack(ways, archive);
  });

  test('manifest push --all to an oci-archive, there and back', async ({ folder, buildah, index, ways }) => {
    await buildah.output('manifest', 'push', '--all', index, `oci-archive:${folder}/all.tar:all`);
    await expectLayoutBack(ways, join(folder, 'all.tar'));
  });

  test('manifest push --all to a folder with an OCI layout, there and back', async ({
    folder,
    buildah,
    index,
    ways,
  }) => {
    await buildah.output('manifest', 'push', '--all', index, `oci:${folder}/all:all`);
    await expectLayoutBack(ways, join(folder, 'all'));
  });
});
