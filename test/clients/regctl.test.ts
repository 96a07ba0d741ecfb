import { join } from 'node:path';
import { buildImage, buildIndex } from '@coracle/registry';
import { expect } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import { test as base, imagesOf, loginPassword, newRepository } from '../support/clients.ts';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { awsCli, describeWith, regctl as regctlTool } from '../support/describe-with.ts';
import { digestsOf, writeOciLayout } from '../support/oci-layout.ts';

const test = base.extend<{ regctl: ClientProgram }>({
  regctl: async ({ folder, host }, use) => {
    const regctl = new ClientProgram('regctl', folder);
    await regctl.output('registry', 'set', '--tls', 'disabled', '--skip-check', host);
    await use(regctl);
  },
});

const lines = (text: string): string[] => text.trim().split('\n');

const twoPlatforms = async () =>
  buildIndex({
    images: [
      await buildImage({ layers: ['amd64'] }),
      await buildImage({ layers: ['arm64', 'more'], platform: { os: 'linux', architecture: 'arm64' } }),
    ],
  });

/** Puts an artifact that refers to an image, and gives its digest. */
const putReferrer = async (regctl: ClientProgram, subject: string, type: string, content: string) =>
  (
    await regctl.outputOf(
      content,
      ...[
        'artifact',
        'put',
        '--subject',
        subject,
        '--artifact-type',
        type,
        '--format',
        '{{.Manifest.GetDescriptor.Digest}}',
      ],
    )
  ).trim();

/** The digests of what refers to an image. */
async function referrersOf(regctl: ClientProgram, name: string, ...flags: readonly string[]): Promise<string[]> {
  const format = '{{range .Descriptors}}{{println .Digest}}{{end}}';
  return lines(await regctl.output('artifact', 'list', '--format', format, ...flags, name)).filter(
    (line) => line !== '',
  );
}

describeWith([regctlTool], 'regctl', () => {
  test('copies an index from a layout and back byte for byte', async ({ server, folder, regctl }) => {
    const index = await twoPlatforms();
    await writeOciLayout(join(folder, 'from'), index, 'all');
    const repository = await newRepository(server);
    await regctl.output('image', 'copy', 'ocidir://from:all', `${repository}:all`);
    await regctl.output('image', 'copy', `${repository}:all`, 'ocidir://back:all');

    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));
    const digest = await regctl.output('image', 'digest', '--platform', 'linux/arm64', `${repository}:all`);
    expect(digest.trim()).toBe(index.images[1]?.digest);
    expect(await imagesOf(server)).toHaveLength(3);
  });

  test('copies an image to another repository by mounting its layers', async ({ server, asked, regctl }) => {
    const [first, second] = [await newRepository(server, 'first'), await newRepository(server, 'second')];
    await server.registry.seed({ public: { first: [{ tags: ['v1'], layers: ['one', 'two'] }] } });
    await regctl.output('image', 'copy', `${first}:v1`, `${second}:v1`);

    expect(asked.filter((line) => /^POST .*[?&]mount=.* 201$/.test(line))).toHaveLength(3);
    expect(asked.filter((line) => /^GET .*\/blobs\/sha256/.test(line))).toEqual([]);
    expect((await imagesOf(server, 'second'))[0]?.imageDigest).toBe((await imagesOf(server, 'first'))[0]?.imageDigest);
  });

  test('puts artifacts that refer to an image, lists them by type, and reads one', async ({ server, regctl }) => {
    const name = `${await newRepository(server)}:v1`;
    await server.registry.seed({ public: { 'team/web': ['v1'] } });
    const sbom = await putReferrer(regctl, name, 'application/vnd.example.sbom', 'an sbom');
    const scan = await putReferrer(regctl, name, 'application/vnd.example.scan', 'a scan');

    expect((await referrersOf(regctl, name)).sort()).toEqual([sbom, scan].sort());
    expect(await referrersOf(regctl, name, '--filter-artifact-type', 'application/vnd.example.scan')).toEqual([scan]);
    const filter = ['--filter-artifact-type', 'application/vnd.example.sbom'];
    expect(await regctl.output('artifact', 'get', '--subject', name, ...filter)).toBe('an sbom');
    // If a registry has no referrers, the client pushes tags instead of them. Here it pushed none.
    expect(lines(await regctl.output('tag', 'list', name.slice(0, -':v1'.length)))).toEqual(['v1']);
  });

  test('copies an image with what refers to it', async ({ server, regctl }) => {
    const [first, second] = [await newRepository(server, 'first'), await newRepository(server, 'second')];
    await server.registry.seed({ public: { first: ['v1'] } });
    const sbom = await putReferrer(regctl, `${first}:v1`, 'application/vnd.example.sbom', 'an sbom');
    await regctl.output('image', 'copy', '--referrers', `${first}:v1`, `${second}:v1`);
    expect(await referrersOf(regctl, `${second}:v1`)).toEqual([sbom]);
  });

  test('makes an index of images that are in the registry', async ({ server, regctl }) => {
    const repository = await newRepository(server);
    const { public: seeded } = await server.registry.seed({ public: { 'team/web': ['one', 'two'] } });
    const members = ['one', 'two'].flatMap((tag) => ['--ref', `${repository}:${tag}`]);
    await regctl.output('index', 'create', ...members, `${repository}:all`);
    const body = await regctl.output('manifest', 'get', '--format', 'raw-body', `${repository}:all`);
    const { manifests } = JSON.parse(body) as { manifests: { digest: string }[] };
    expect(manifests.map(({ digest }) => digest)).toEqual(seeded['team/web']?.map(({ digest }) => digest));
  });

  test('lists the tags in pages', async ({ server, regctl }) => {
    const repository = await newRepository(server);
    await server.registry.seed({ public: { 'team/web': ['v1', 'v2', 'v3', 'v4'] } });
    const page = ['--last', 'v1', '--limit', '2'];
    expect(lines(await regctl.output('tag', 'list', ...page, repository))).toEqual(['v2', 'v3']);
  });

  test('deletes a tag and leaves the image', async ({ server, asked, regctl }) => {
    const repository = await newRepository(server);
    const image = await buildImage();
    await server.registry.seed({ public: { 'team/web': [{ image, tags: ['v1', 'v2'] }] } });
    await regctl.output('tag', 'delete', `${repository}:v1`);

    expect(await imagesOf(server)).toMatchObject([{ imageDigest: image.digest, imageTags: ['v2'] }]);
    // If a registry does not delete tags, regctl overwrites the tag with an image of its own and deletes that image.
    expect(asked.filter((line) => /^PUT .*\/manifests\//.test(line))).toEqual([]);
  });

  test('deletes an image by its digest', async ({ server, regctl }) => {
    const repository = await newRepository(server);
    const { public: seeded } = await server.registry.seed({ public: { 'team/web': ['v1', 'v2'] } });
    await regctl.output('manifest', 'delete', `${repository}@${seeded['team/web']?.[0]?.digest}`);
    expect((await imagesOf(server)).map(({ imageTags }) => imageTags)).toEqual([['v2']]);
  });

  test('deletes a blob', async ({ server, regctl }) => {
    const repository = await newRepository(server);
    const digest = (await regctl.outputOf('a blob', 'blob', 'put', repository)).trim();
    expect(await regctl.output('blob', 'get', repository, digest)).toBe('a blob');
    await regctl.output('blob', 'delete', repository, digest);
    expect((await regctl.run('blob', 'head', repository, digest)).code).not.toBe(0);
  });

  test('pushes a blob in chunks', async ({ server, host, asked, regctl }) => {
    await regctl.output('registry', 'set', '--skip-check', '--blob-chunk', '65536', '--blob-max', '65536', host);
    const repository = await newRepository(server);
    const text = 'coracle '.repeat(25_000);
    const digest = (await regctl.outputOf(text, 'blob', 'put', repository)).trim();
    expect(asked.filter((line) => /^PATCH .* 202$/.test(line))).toHaveLength(4);
    expect(await regctl.output('blob', 'get', repository, digest)).toBe(text);
  });

  test('resumes a push in chunks that was cut in the middle', async ({ server, asked, regctl }) => {
    const proxy = await cuttingProxy(server.url, 'upload', 32_768);
    const chunks = ['--blob-chunk', '65536', '--blob-max', '65536'];
    await regctl.output('registry', 'set', '--tls', 'disabled', '--skip-check', ...chunks, proxy.host);
    const repository = await newRepository(server);
    const text = 'coracle '.repeat(25_000);
    const digest = (await regctl.outputOf(text, 'blob', 'put', proxy.behind(repository))).trim();
    await proxy.close();

    expect(proxy.cuts).toBe(1);
    expect(asked.filter((line) => /^POST /.test(line))).toHaveLength(1);
    expect(await regctl.output('blob', 'get', repository, digest)).toBe(text);
  });
});

describeWith([regctlTool, awsCli], 'aws ecr get-login-password | regctl registry login', () => {
  test('pushes to the private registry', async ({ server, host, folder, regctl }) => {
    await server.registry.ecr.createRepository({ repositoryName: 'team/web' });
    const login = ['registry', 'login', '--user', 'AWS', '--pass-stdin', host];
    await regctl.outputOf(await loginPassword(server.url), ...login);
    await writeOciLayout(join(folder, 'from'), await buildImage(), 'v1');
    await regctl.output('image', 'copy', 'ocidir://from:v1', `${host}/team/web:v1`);
    expect(lines(await regctl.output('tag', 'list', `${host}/team/web`))).toEqual(['v1']);
  });
});
