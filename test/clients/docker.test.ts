import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage, buildIndex } from '@coracle/registry';
import { expect } from 'vitest';
import type { ClientProgram } from '../support/client-program.ts';
import { test as base, imagesOf, loginPassword, newRepository } from '../support/clients.ts';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { awsCli, describeWith, docker as dockerTool } from '../support/describe-with.ts';
import { writeDockerArchive } from '../support/docker-archive.ts';
import { startDockerEngine } from '../support/docker-engine.ts';

const test = base.extend<{ docker: ClientProgram }>({
  docker: async ({ folder }, use) => {
    const engine = await startDockerEngine(folder);
    await use(engine.docker);
    await engine.stop();
  },
});

/** Returns the digest of an image's config, and the digests of the manifests that it was pulled or pushed by. */
async function inspect(docker: ClientProgram, name: string): Promise<{ id: string; digests: string[] }> {
  const [image] = await docker.json<{ Id: string; RepoDigests: string[] }[]>('image', 'inspect', name);
  return { id: image?.Id ?? '', digests: image?.RepoDigests ?? [] };
}

describeWith([dockerTool], 'a docker engine', () => {
  test('pushes an image of several layers, and pulls it once it has it no more', async ({ server, folder, docker }) => {
    const large = Uint8Array.from({ length: 6 * 1024 * 1024 + 7 }, (_, i) => (i * i) % 251);
    const image = await buildImage({ layers: ['one', { 'etc/motd': 'two' }, large] });
    const name = `${await newRepository(server)}:v1`;
    await docker.output('load', '--input', await writeDockerArchive(folder, image, name));
    await docker.output('push', name);
    const pushed = await inspect(docker, name);
    await docker.output('rmi', name);
    expect(await docker.output('images', '--quiet')).toBe('');

    await docker.output('pull', name);

    expect(await inspect(docker, name)).toEqual(pushed);
    expect(pushed.id).toBe(image.blobs[0]?.digest);
    const [stored] = await imagesOf(server);
    expect(pushed.digests).toEqual([`${name.slice(0, -':v1'.length)}@${stored?.imageDigest}`]);
    expect(stored).toMatchObject({
      imageTags: ['v1'],
      imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      artifactMediaType: 'application/vnd.docker.container.image.v1+json',
    });
  });

  test('pushes what it made of a tar of files, and pulls it by digest', async ({ server, folder, docker }) => {
    const [, layer] = (await buildImage({ layers: [{ 'etc/motd': 'imported' }] })).blobs;
    await writeFile(join(folder, 'files.tar'), layer?.bytes ?? '');
    const repository = await newRepository(server);
    const id = (await docker.output('import', 'files.tar', `${repository}:v1`)).trim();
    await docker.output('push', `${repository}:v1`);
    await docker.output('rmi', `${repository}:v1`);
    const [stored] = await imagesOf(server);

    await docker.output('pull', `${repository}@${stored?.imageDigest}`);

    expect((await inspect(docker, `${repository}@${stored?.imageDigest}`)).id).toBe(id);
  });

  test('pulls what was put through the API, of an index the image of its own platform', async ({ server, docker }) => {
    const images = [
      await buildImage({ layers: ['arm64'], platform: { os: 'linux', architecture: 'arm64' } }),
      await buildImage({ layers: ['amd64'], platform: { os: 'linux', architecture: 'amd64' } }),
    ];
    const index = await buildIndex({ images });
    const repository = await newRepository(server);
    await server.registry.seed({ public: { 'team/web': [{ image: index, tags: ['all'] }] } });

    await docker.output('pull', '--platform', 'linux/arm64', `${repository}:all`);

    expect(await inspect(docker, `${repository}:all`)).toEqual({
      id: images[0]?.blobs[0]?.digest,
      digests: [`${repository}@${index.digest}`],
    });
  });

  test('pushes to a second repository without sending the layers again', async ({ server, asked, folder, docker }) => {
    const image = await buildImage({ layers: ['one', 'two'] });
    const [first, second] = [await newRepository(server, 'first'), await newRepository(server, 'second')];
    await docker.output('load', '--input', await writeDockerArchive(folder, image, `${first}:v1`));
    await docker.output('push', `${first}:v1`);
    await docker.output('tag', `${first}:v1`, `${second}:v1`);
    asked.length = 0;

    const printed = await docker.output('push', `${second}:v1`);

    expect(printed.match(/: Mounted from /g)).toHaveLength(2);
    expect(asked.filter((line) => /^POST .*[?&]mount=.* 201$/.test(line))).toHaveLength(2);
    expect((await imagesOf(server, 'second'))[0]?.imageDigest).toBe((await imagesOf(server, 'first'))[0]?.imageDigest);
  });

  test('sends no layer that the repository has', async ({ server, asked, folder, docker }) => {
    const repository = await newRepository(server);
    const archive = await writeDockerArchive(folder, await buildImage({ layers: ['one', 'two'] }), `${repository}:v1`);
    await docker.output('load', '--input', archive);
    await docker.output('push', `${repository}:v1`);
    await docker.output('tag', `${repository}:v1`, `${repository}:v2`);
    asked.length = 0;

    expect((await docker.output('push', `${repository}:v2`)).match(/: Layer already exists/g)).toHaveLength(2);
    expect(asked.filter((line) => line.startsWith('POST'))).toEqual([]);
    expect((await imagesOf(server))[0]?.imageTags).toEqual(['v1', 'v2']);
  });

  test('resumes a pull that was cut in the middle', async ({ server, asked, docker }) => {
    const large = Uint8Array.from({ length: 4 * 1024 * 1024 }, (_, i) => (i * i) % 251);
    const image = await buildImage({ layers: [large] });
    const repository = await newRepository(server);
    await server.registry.seed({ public: { 'team/web': [{ image, tags: ['v1'] }] } });
    const proxy = await cuttingProxy(server.url, 'answer', 3 * 1024 * 1024);
    const name = proxy.behind(`${repository}:v1`);
    await docker.output('pull', name);
    await proxy.close();

    expect(proxy.cuts).toBe(1);
    expect(asked.filter((line) => /^GET .*\/blobs\/.* 206$/.test(line))).toHaveLength(1);
    expect((await inspect(docker, name)).id).toBe(image.blobs[0]?.digest);
  });

  test('is told that a repository does not exist, in the words of ECR', async ({ server, host, folder, docker }) => {
    await docker.output('load', '--input', await writeDockerArchive(folder, await buildImage(), `${host}/ghost:v1`));
    const { code, stderr } = await docker.run('push', `${host}/ghost:v1`);
    expect(code).not.toBe(0);
    expect(stderr).toContain(
      "name unknown: The repository with name 'ghost' does not exist in the registry with id '123456789012'",
    );
    expect(await server.registry.ecr.describeRepositories()).toEqual({ repositories: [] });
  });

  test('is told that an image does not exist', async ({ server, docker }) => {
    const { code, stderr } = await docker.run('pull', `${await newRepository(server)}:ghost`);
    expect(code).not.toBe(0);
    expect(stderr).toContain('manifest unknown');
  });
});

describeWith([dockerTool, awsCli], 'aws ecr get-login-password | docker login', () => {
  test('pushes to the private registry of the region of the login', async ({ server, host, folder, docker }) => {
    const region = 'eu-west-1';
    await server.registry.ecr.createRepository({ repositoryName: 'team/web' }, { region });
    const password = await loginPassword(server.url, region);
    expect(await docker.outputOf(password, 'login', '--username', 'AWS', '--password-stdin', host)).toContain(
      'Login Succeeded',
    );
    const name = `${host}/team/web:v1`;
    await docker.output('load', '--input', await writeDockerArchive(folder, await buildImage(), name));
    await docker.output('push', name);
    await docker.output('rmi', name);
    await docker.output('pull', name);

    expect((await inspect(docker, name)).id).not.toBe('');
    expect(await server.registry.ecr.describeRepositories()).toEqual({ repositories: [] });
  });
});
