import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningServer, serve } from '@coracle/cli';
import { type BuiltImage, buildImage, buildIndex } from '@coracle/registry';
import { expect } from 'vitest';
import { test as base } from '../support/clients.ts';
import { describeWith, skopeo as skopeoTool } from '../support/describe-with.ts';
import { digestsOf, writeOciLayout } from '../support/oci-layout.ts';
import { Skopeo } from '../support/skopeo.ts';

const test = base.extend<{ skopeo: Skopeo }>({ skopeo: async ({ folder }, use) => use(new Skopeo(folder)) });

const sizeOf = ({ blobs }: BuiltImage) => blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** The address of a new public repository: `docker://127.0.0.1:PORT/<alias>/team/web`. */
async function newRepository({ registry }: RunningServer): Promise<string> {
  const { repository } = await registry.ecrPublic.createRepository({ repositoryName: 'team/web' });
  return `docker://${repository?.repositoryUri}`;
}

describeWith([skopeoTool], 'skopeo pushes and pulls byte for byte', () => {
  test('an image of several layers, one of them in many pieces', async ({ server, folder, skopeo }) => {
    const large = Uint8Array.from({ length: 20 * 1024 * 1024 + 7 }, (_, i) => (i * 31) % 251);
    const image = await buildImage({ layers: ['one', { 'etc/motd': 'two' }, large] });
    await writeOciLayout(join(folder, 'from'), image, 'v1');
    const address = await newRepository(server);

    await skopeo.copy(`oci:${folder}/from:v1`, `${address}:v1`);
    await skopeo.copy(`${address}:v1`, `oci:${folder}/back:v1`);

    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));
    const { imageDetails } = await server.registry.ecrPublic.describeImages({ repositoryName: 'team/web' });
    expect(imageDetails).toMatchObject([
      {
        imageDigest: image.digest,
        imageTags: ['v1'],
        imageSizeInBytes: sizeOf(image),
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
      },
    ]);
  });

  test('an index of two platforms', async ({ server, folder, skopeo }) => {
    const images = [
      await buildImage({ layers: ['amd64'] }),
      await buildImage({ layers: ['arm64', 'more'], platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }),
    ];
    const index = await buildIndex({ images });
    await writeOciLayout(join(folder, 'from'), index, 'all');
    const address = await newRepository(server);

    await skopeo.copy(`oci:${folder}/from:all`, `${address}:all`, '--all');
    await skopeo.copy(`${address}:all`, `oci:${folder}/back:all`, '--all');

    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));
    const { imageDetails } = await server.registry.ecrPublic.describeImages({ repositoryName: 'team/web' });
    expect(imageDetails).toHaveLength(3);
    expect(imageDetails).toContainEqual(
      expect.objectContaining({
        imageDigest: index.digest,
        imageTags: ['all'],
        imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
        imageSizeInBytes: Math.max(...images.map(sizeOf)),
      }),
    );
  });

  test('an image of docker schema 2', async ({ server, folder, skopeo }) => {
    await writeOciLayout(join(folder, 'oci'), await buildImage({ layers: ['one', 'two'] }), 'v1');
    await skopeo.output('copy', '--format', 'v2s2', `oci:${folder}/oci:v1`, `dir:${folder}/from`);
    const address = await newRepository(server);

    await skopeo.copy(`dir:${folder}/from`, `${address}:v1`);
    await skopeo.copy(`${address}:v1`, `dir:${folder}/back`);

    expect(await digestsOf(join(folder, 'back'))).toEqual(await digestsOf(join(folder, 'from')));
    const manifest = JSON.parse(await readFile(join(folder, 'from/manifest.json'), 'utf8')) as {
      config: { size: number };
      layers: { size: number }[];
    };
    const { imageDetails } = await server.registry.ecrPublic.describeImages({ repositoryName: 'team/web' });
    expect(imageDetails).toMatchObject([
      {
        imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        artifactMediaType: 'application/vnd.docker.container.image.v1+json',
        imageSizeInBytes: [manifest.config, ...manifest.layers].reduce((sum, { size }) => sum + size, 0),
      },
    ]);
  });

  test('an image that it compresses on the way', async ({ server, folder, skopeo }) => {
    await writeOciLayout(join(folder, 'from'), await buildImage({ layers: ['one'.repeat(10_000)] }), 'v1');
    const address = await newRepository(server);
    await skopeo.output('copy', '--dest-compress-format', 'gzip', `oci:${folder}/from:v1`, `${address}:v1`);
    await skopeo.copy(`${address}:v1`, `oci:${folder}/back:v1`);
    const { imageDetails = [] } = await server.registry.ecrPublic.describeImages({ repositoryName: 'team/web' });
    expect(Object.keys(await digestsOf(join(folder, 'back/blobs/sha256')))).toContain(
      imageDetails[0]?.imageDigest?.slice('sha256:'.length),
    );
    expect(imageDetails[0]?.imageSizeInBytes).toBeLessThan(2_000);
  });
});

describeWith([skopeoTool], 'skopeo', () => {
  test('moves a tag, and lists the tags', async ({ server, folder, skopeo }) => {
    const address = await newRepository(server);
    const { public: seeded } = await server.registry.seed({ public: { 'team/web': ['v1', 'v2'] } });
    const [first] = seeded['team/web'] ?? [];
    const other = await buildImage({ layers: ['another'] });
    await writeOciLayout(join(folder, 'from'), other, 'v1');
    await skopeo.copy(`oci:${folder}/from:v1`, `${address}:v1`);

    expect(JSON.parse(await skopeo.output('list-tags', address))).toMatchObject({ Tags: ['v1', 'v2'] });
    const imageIds = [{ imageTag: 'v1' }, { imageDigest: first?.digest ?? '' }];
    const { imageDetails } = await server.registry.ecrPublic.describeImages({ repositoryName: 'team/web', imageIds });
    expect(imageDetails?.find((each) => each.imageDigest === first?.digest)?.imageTags).toBeUndefined();
    expect(imageDetails?.find((each) => each.imageDigest === other.digest)?.imageTags).toEqual(['v1']);
  });

  test('inspects what was put through the API', async ({ server, skopeo }) => {
    const address = await newRepository(server);
    const { public: seeded } = await server.registry.seed({ public: { 'team/web': ['v1'] } });
    const [image] = seeded['team/web'] ?? [];
    expect(JSON.parse(await skopeo.output('inspect', `${address}:v1`))).toMatchObject({
      Digest: image?.digest,
      RepoTags: ['v1'],
      Architecture: 'amd64',
      Layers: image?.blobs.slice(1).map(({ digest }) => digest),
    });
    expect(await skopeo.output('inspect', '--raw', `${address}:v1`)).toBe(image?.manifest);
  });

  test('is told that a repository does not exist, in the words of ECR', async ({ server, host, folder, skopeo }) => {
    await writeOciLayout(join(folder, 'from'), await buildImage(), 'v1');
    const { code, stderr } = await skopeo.run('copy', `oci:${folder}/from:v1`, `docker://${host}/ghost:v1`);
    expect(code).not.toBe(0);
    expect(stderr).toContain("The repository with name 'ghost' does not exist in the registry with id '123456789012'");
    expect(await server.registry.ecr.describeRepositories()).toEqual({ repositories: [] });
  });

  test('is told that an image does not exist', async ({ server, folder, skopeo }) => {
    const address = await newRepository(server);
    const { code, stderr } = await skopeo.run('copy', `${address}:ghost`, `oci:${folder}/back:v1`);
    expect(code).not.toBe(0);
    expect(stderr).toContain('manifest unknown');
  });

  test('pushes to repositories that are made for it, where the server is told to', async ({ folder, skopeo }) => {
    const server = await serve({ port: 0, createOnPush: true, registryAlias: 'coracle' });
    const host = new URL(server.url).host;
    await writeOciLayout(join(folder, 'from'), await buildImage(), 'v1');
    await skopeo.copy(`oci:${folder}/from:v1`, `docker://${host}/coracle/team/web:v1`);
    await skopeo.copy(`oci:${folder}/from:v1`, `docker://${host}/team/api:v1`);
    const [open, own] = await Promise.all([
      server.registry.ecrPublic.describeRepositories(),
      server.registry.ecr.describeRepositories(),
    ]);
    await server.close({ within: 0 });
    expect(open.repositories?.map((each) => each.repositoryName)).toEqual(['team/web']);
    expect(own.repositories?.map((each) => each.repositoryName)).toEqual(['team/api']);
  });
});
