import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage, buildIndex } from '@coracle/registry';
import { expect } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import { test as base, imagesOf, loginPassword, newRepository } from '../support/clients.ts';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { awsCli, crane as craneTool, describeWith } from '../support/describe-with.ts';
import { digestsOf, writeOciLayout } from '../support/oci-layout.ts';

const test = base.extend<{ crane: ClientProgram }>({
  crane: async ({ folder }, use) => use(new ClientProgram('crane', folder)),
});

const lines = (text: string): string[] => text.trim().split('\n');

const twoPlatforms = async () =>
  buildIndex({
    images: [
      await buildImage({ layers: ['amd64'] }),
      await buildImage({ layers: ['arm64', 'more'], platform: { os: 'linux', architecture: 'arm64' } }),
    ],
  });

describeWith([craneTool], 'crane', () => {
  test('pushes and pulls an image of several layers byte for byte', async ({ server, folder, crane }) => {
    const large = Uint8Array.from({ length: 6 * 1024 * 1024 + 7 }, (_, i) => (i * i) % 251);
    const image = await buildImage({ layers: ['one', { 'etc/motd': 'two' }, large] });
    await writeOciLayout(join(folder, 'from'), image, 'v1');
    const repository = await newRepository(server);

    expect((await crane.output('push', 'from', `${repository}:v1`)).trim()).toBe(`${repository}@${image.digest}`);
    await crane.output('pull', '--format', 'oci', `${repository}:v1`, 'back');

    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));
    expect(await imagesOf(server)).toMatchObject([{ imageDigest: image.digest, imageTags: ['v1'] }]);
  });

  test('pushes and pulls an index of two platforms byte for byte', async ({ server, folder, crane }) => {
    const index = await twoPlatforms();
    await writeOciLayout(join(folder, 'from'), index, 'all');
    const repository = await newRepository(server);

    // An index in a layout is pushed within the layout's own.
    await crane.output('push', '--index', 'from', `${repository}:layout`);
    await crane.output('tag', `${repository}@${index.digest}`, 'all');
    await crane.output('pull', '--format', 'oci', `${repository}:all`, 'back');

    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));
    const [, arm64] = index.images;
    const digest = await crane.output('digest', '--platform', 'linux/arm64', `${repository}:all`);
    expect(digest.trim()).toBe(arm64?.digest);
  });

  test('makes an index of images that are in the registry', async ({ server, crane }) => {
    const repository = await newRepository(server);
    const { public: seeded } = await server.registry.seed({ public: { 'team/web': ['one', 'two'] } });
    const members = ['one', 'two'].flatMap((tag) => ['--manifest', `${repository}:${tag}`]);
    await crane.output('index', 'append', ...members, '--tag', `${repository}:all`);

    const { manifests } = await crane.json<{ manifests: { digest: string }[] }>('manifest', `${repository}:all`);
    expect(manifests.map(({ digest }) => digest)).toEqual(seeded['team/web']?.map(({ digest }) => digest));
  });

  test('appends a layer to an image, and sends only what is new', async ({ server, asked, folder, crane }) => {
    const repository = await newRepository(server);
    const { public: seeded } = await server.registry.seed({
      public: { 'team/web': [{ tags: ['base'], layers: ['one', 'two'] }] },
    });
    const [, layer] = (await buildImage({ layers: [{ 'etc/motd': 'appended' }] })).blobs;
    await writeFile(join(folder, 'layer.tar'), layer?.bytes ?? '');
    const names = ['--base', `${repository}:base`, '--new_tag', `${repository}:v1`];
    await crane.output('append', ...names, '--new_layer', 'layer.tar');

    const { layers } = await crane.json<{ layers: { digest: string }[] }>('manifest', `${repository}:v1`);
    expect(layers).toHaveLength(3);
    const old = seeded['team/web']?.[0]?.blobs.slice(1).map(({ digest }) => digest);
    expect(layers.slice(0, 2).map(({ digest }) => digest)).toEqual(old);
    // The new layer and the config.
    expect(asked.filter((line) => /^PUT .*\/blobs\/uploads\/.* 201$/.test(line))).toHaveLength(2);
    // It checks the digests of what it pulls.
    await crane.output('pull', '--format', 'oci', `${repository}:v1`, 'back');
  });

  test('copies an index to another repository by mounting its layers', async ({ server, asked, crane }) => {
    const image = await twoPlatforms();
    const [first, second] = [await newRepository(server, 'first'), await newRepository(server, 'second')];
    await server.registry.seed({ public: { first: [{ image, tags: ['all'] }] } });

    await crane.output('copy', `${first}:all`, `${second}:all`);

    expect((await crane.output('digest', `${second}:all`)).trim()).toBe(image.digest);
    // Three layers and two configs.
    expect(asked.filter((line) => /^POST .*[?&]mount=.* 201$/.test(line))).toHaveLength(5);
    expect(asked.filter((line) => /^GET .*\/blobs\//.test(line))).toEqual([]);
    await crane.output('pull', '--format', 'oci', `${second}:all`, 'back');
  });

  test('lists the tags, moves one, and deletes an image by its digest', async ({ server, crane }) => {
    const repository = await newRepository(server);
    await server.registry.seed({ public: { 'team/web': ['v1', 'v2', 'v10'] } });
    expect(lines(await crane.output('ls', repository))).toEqual(['v1', 'v10', 'v2']);
    await crane.output('tag', `${repository}:v2`, 'v1');
    const digest = (await crane.output('digest', `${repository}:v1`)).trim();
    expect((await crane.output('digest', `${repository}:v2`)).trim()).toBe(digest);

    await crane.output('delete', `${repository}@${digest}`);

    expect(lines(await crane.output('ls', repository))).toEqual(['v10']);
    const { code, stderr } = await crane.run('manifest', `${repository}@${digest}`);
    expect(code).not.toBe(0);
    expect(stderr).toContain('MANIFEST_UNKNOWN');
  });

  test('lists more tags than one page has', async ({ server, crane }) => {
    const repository = await newRepository(server);
    const tags = Array.from({ length: 1_003 }, (_, i) => `v${String(i).padStart(4, '0')}`);
    // One image may have no more than 1,000.
    const images = [{ tags: tags.slice(0, 500) }, { tags: tags.slice(500) }];
    await server.registry.seed({ public: { 'team/web': images } });
    expect(lines(await crane.output('ls', repository))).toEqual(tags);
  });

  test('exports the files of an image', async ({ server, folder, crane }) => {
    const repository = await newRepository(server);
    const layers = [{ 'etc/motd': 'below' }, { 'etc/motd': 'above' }];
    await server.registry.seed({ public: { 'team/web': [{ tags: ['v1'], layers }] } });
    await crane.output('export', `${repository}:v1`, 'files.tar');
    const tar = await readFile(join(folder, 'files.tar'), 'utf8');
    expect(tar).toContain('above');
    expect(tar).not.toContain('below');
  });

  test('pushes again a layer whose push was cut in the middle', async ({ server, folder, crane }) => {
    const large = Uint8Array.from({ length: 2 * 1024 * 1024 }, (_, i) => (i * i) % 251);
    const image = await buildImage({ layers: [large] });
    await writeOciLayout(join(folder, 'from'), image, 'v1');
    const repository = await newRepository(server);
    const proxy = await cuttingProxy(server.url, 'upload', 1024 * 1024);
    const { code, stderr } = await crane.run('push', 'from', proxy.behind(`${repository}:v1`));
    await proxy.close();

    expect({ code, cuts: proxy.cuts }, stderr).toEqual({ code: 0, cuts: 1 });
    await crane.output('pull', '--format', 'oci', `${repository}:v1`, 'back');
    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));
    expect((await imagesOf(server)).map(({ imageDigest }) => imageDigest)).toEqual([image.digest]);
  });

  test('is told that a repository does not exist, in the words of ECR', async ({ host, folder, crane }) => {
    await writeOciLayout(join(folder, 'from'), await buildImage(), 'v1');
    const { code, stderr } = await crane.run('push', 'from', `${host}/ghost:v1`);
    expect(code).not.toBe(0);
    expect(stderr).toContain("The repository with name 'ghost' does not exist in the registry with id '123456789012'");
  });
});

describeWith([craneTool, awsCli], 'aws ecr get-login-password | crane auth login', () => {
  test('pushes to the private registry of the region of the login', async ({ server, host, folder, crane }) => {
    const region = 'eu-west-1';
    await server.registry.ecr.createRepository({ repositoryName: 'team/web' }, { region });
    const password = await loginPassword(server.url, region);
    await crane.outputOf(password, 'auth', 'login', '--username', 'AWS', '--password-stdin', host);
    await writeOciLayout(join(folder, 'from'), await buildImage(), 'v1');
    await crane.output('push', 'from', `${host}/team/web:v1`);
    expect(lines(await crane.output('ls', `${host}/team/web`))).toEqual(['v1']);
  });
});
