import { join } from 'node:path';
import { type BuiltImage, buildImage, buildIndex } from '@coracle/registry';
import { expect } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import { test as base, imagesOf, loginPassword, newRepository } from '../support/clients.ts';
import { awsCli, describeWith, podman as podmanTool } from '../support/describe-with.ts';
import { writeDockerArchive } from '../support/docker-archive.ts';
import { writeOciLayout } from '../support/oci-layout.ts';

const plainHttp = '--tls-verify=false';

const test = base.extend<{ podman: ClientProgram }>({
  podman: async ({ folder }, use) => {
    const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
    await use(new ClientProgram('podman', folder, [...storage, '--tmpdir', join(folder, 'tmp')]));
  },
});

/** Returns the digest of an image's config, and the digests of the manifests that it was pulled or pushed by. */
async function inspect(podman: ClientProgram, name: string): Promise<{ id: string; digests: string[] }> {
  const [image] = await podman.json<{ Id: string; RepoDigests: string[] }[]>('image', 'inspect', name);
  return { id: `sha256:${image?.Id}`, digests: image?.RepoDigests ?? [] };
}

/** Gives podman an image, under the name that it is to be pushed to. */
async function load(podman: ClientProgram, folder: string, image: BuiltImage, name: string): Promise<void> {
  await podman.output('load', '--quiet', '--input', await writeDockerArchive(folder, image, name));
}

describeWith([podmanTool], 'podman', () => {
  test('pushes an image of several layers, and pulls it once it has it no more', async ({ server, folder, podman }) => {
    const large = Uint8Array.from({ length: 6 * 1024 * 1024 + 7 }, (_, i) => (i * i) % 251);
    const image = await buildImage({ layers: ['one', { 'etc/motd': 'two' }, large] });
    const repository = await newRepository(server);
    await load(podman, folder, image, `${repository}:v1`);
    await podman.output('push', plainHttp, `${repository}:v1`);
    await podman.output('rmi', `${repository}:v1`);
    expect(await podman.output('images', '--quiet')).toBe('');

    await podman.output('pull', plainHttp, `${repository}:v1`);

    const [stored] = await imagesOf(server);
    expect(stored).toMatchObject({
      imageTags: ['v1'],
      imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    });
    const pulled = await inspect(podman, `${repository}:v1`);
    expect(pulled.id).toBe(image.blobs[0]?.digest);
    expect(pulled.digests).toContain(`${repository}@${stored?.imageDigest}`);
  });

  test('pushes an image in the format of OCI', async ({ server, folder, podman }) => {
    const name = `${await newRepository(server)}:v1`;
    await load(podman, folder, await buildImage(), name);
    await podman.output('push', plainHttp, '--format', 'oci', name);
    expect(await imagesOf(server)).toMatchObject([
      { imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json' },
    ]);
  });

  test('pushes a manifest list with the images in it', async ({ server, folder, podman }) => {
    const architectures = ['amd64', 'arm64'];
    await podman.output('manifest', 'create', 'list');
    for (const architecture of architectures) {
      const image = await buildImage({ layers: [architecture], platform: { os: 'linux', architecture } });
      await writeOciLayout(join(folder, architecture), image, 'v1');
      await podman.output('manifest', 'add', 'list', `oci:${folder}/${architecture}:v1`);
    }
    const repository = await newRepository(server);
    await podman.output('manifest', 'push', '--all', plainHttp, 'list', `docker://${repository}:all`);

    const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
    const path = repository.slice(repository.indexOf('/') + 1);
    const response = await fetch(`${server.url}/v2/${path}/manifests/all`, { headers });
    const { manifests } = (await response.json()) as {
      manifests: { digest: string; platform: { architecture: string } }[];
    };
    expect(manifests.map(({ platform }) => platform.architecture)).toEqual(architectures);
    const images = await imagesOf(server);
    const tagged = images.filter(({ imageTags }) => imageTags?.includes('all'));
    expect(tagged).toHaveLength(1);
    expect(images.filter((it) => !tagged.includes(it)).map(({ imageDigest }) => imageDigest)).toEqual(
      expect.arrayContaining(manifests.map(({ digest }) => digest)),
    );
  });

  test('pulls what was put through the API, of an index the image of a platform', async ({ server, podman }) => {
    const images = [
      await buildImage({ layers: ['amd64'], platform: { os: 'linux', architecture: 'amd64' } }),
      await buildImage({ layers: ['arm64'], platform: { os: 'linux', architecture: 'arm64' } }),
    ];
    const image = await buildIndex({ images });
    const repository = await newRepository(server);
    await server.registry.seed({ public: { 'team/web': [{ image, tags: ['all'] }] } });

    await podman.output('pull', plainHttp, '--arch', 'arm64', `${repository}:all`);

    const pulled = await inspect(podman, `${repository}:all`);
    expect(pulled.id).toBe(images[1]?.blobs[0]?.digest);
    expect(pulled.digests).toContain(`${repository}@${image.digest}`);
  });

  test('lists the tags of a repository', async ({ server, podman }) => {
    const repository = await newRepository(server);
    await server.registry.seed({ public: { 'team/web': ['v2', 'v1', 'latest'] } });
    const args = ['search', plainHttp, '--list-tags', '--format', 'json', repository];
    expect(await podman.json(...args)).toEqual([{ Name: repository, Tags: ['latest', 'v1', 'v2'] }]);
  });

  test('is told that a repository does not exist, in the words of ECR', async ({ host, folder, podman }) => {
    await load(podman, folder, await buildImage(), `${host}/ghost:v1`);
    const { code, stderr } = await podman.run('push', plainHttp, `${host}/ghost:v1`);
    expect(code).not.toBe(0);
    expect(stderr).toContain("The repository with name 'ghost' does not exist in the registry with id '123456789012'");
  });
});

describeWith([podmanTool, awsCli], 'aws ecr get-login-password | podman login', () => {
  test('pushes to the private registry of the region of the login', async ({ server, host, folder, podman }) => {
    const region = 'eu-west-1';
    await server.registry.ecr.createRepository({ repositoryName: 'team/web' }, { region });
    const login = ['login', plainHttp, '--username', 'AWS', '--password-stdin', host];
    expect(await podman.outputOf(await loginPassword(server.url, region), ...login)).toContain('Login Succeeded!');
    const name = `${host}/team/web:v1`;
    await load(podman, folder, await buildImage(), name);
    await podman.output('push', plainHttp, name);
    await podman.output('rmi', name);
    await podman.output('pull', plainHttp, name);

    expect(await server.registry.ecr.describeRepositories()).toEqual({ repositories: [] });
  });
});
