import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage, buildIndex } from '@coracle/registry';
import { expect } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import { test as base, imagesOf, loginPassword, newRepository } from '../support/clients.ts';
import { awsCli, describeWith, oras as orasTool } from '../support/describe-with.ts';
import { digestsOf, writeOciLayout } from '../support/oci-layout.ts';

const plainHttp = '--plain-http';
const json = ['--format', 'json'];

interface Referrer {
  readonly digest: string;
  readonly artifactType: string;
  readonly referrers?: readonly Referrer[];
}

const test = base.extend<{ oras: ClientProgram }>({
  oras: async ({ folder }, use) => use(new ClientProgram('oras', folder)),
});

/** Attaches a file of this name and content to an image, and gives the digest of what refers to it then. */
async function attach(oras: ClientProgram, folder: string, to: string, type: string, file: string): Promise<string> {
  await writeFile(join(folder, file), file);
  const args = [plainHttp, ...json, '--artifact-type', type, to, `${file}:text/plain`];
  return (await oras.json<{ digest: string }>('attach', ...args)).digest;
}

const discover = (oras: ClientProgram, name: string, ...flags: readonly string[]) =>
  oras.json<Referrer>('discover', plainHttp, ...json, ...flags, name);

describeWith([orasTool], 'oras', () => {
  test('pushes files as an artifact, and pulls them', async ({ server, folder, oras }) => {
    const repository = await newRepository(server);
    await mkdir(join(folder, 'from'));
    await writeFile(join(folder, 'from/one.txt'), 'one');
    await writeFile(join(folder, 'from/large.bin'), new Uint8Array(6 * 1024 * 1024 + 7).fill(3));
    const flags = [plainHttp, '--artifact-type', 'application/vnd.example', '--annotation', 'team=web'];
    await oras.output('push', ...flags, `${repository}:v1`, 'from/one.txt:text/plain', 'from/large.bin');
    await oras.output('pull', plainHttp, '--output', 'back', `${repository}:v1`);

    const sent = await digestsOf(join(folder, 'from'));
    expect(Object.keys(sent)).toEqual(['large.bin', 'one.txt']);
    expect(await digestsOf(join(folder, 'back/from'))).toEqual(sent);
    expect(await imagesOf(server)).toMatchObject([{ imageTags: ['v1'], artifactMediaType: 'application/vnd.example' }]);
  });

  test('attaches artifacts to an image, and discovers them by their type', async ({ server, asked, folder, oras }) => {
    const repository = await newRepository(server);
    const { public: seeded } = await server.registry.seed({ public: { 'team/web': ['v1'] } });
    const image = `${repository}:v1`;
    const sbom = await attach(oras, folder, image, 'application/vnd.example.sbom', 'sbom.txt');
    const signature = await attach(oras, folder, `${repository}@${sbom}`, 'application/vnd.example.sig', 'sig.txt');
    const other = await attach(oras, folder, image, 'application/vnd.example.scan', 'scan.txt');

    const all = await discover(oras, image);
    expect(all.digest).toBe(seeded['team/web']?.[0]?.digest);
    expect(all.referrers?.map(({ digest }) => digest).sort()).toEqual([sbom, other].sort());
    expect(all.referrers?.find(({ digest }) => digest === sbom)?.referrers).toMatchObject([
      { digest: signature, artifactType: 'application/vnd.example.sig' },
    ]);
    const filtered = await discover(oras, image, '--artifact-type', 'application/vnd.example.scan');
    expect(filtered.referrers?.map(({ digest }) => digest)).toEqual([other]);
    expect(asked.some((line) => /^GET .*\/referrers\/.*artifactType=.* 200$/.test(line))).toBe(true);
    // If a registry has no referrers, the client pushes tags instead of them. Here it pushed none.
    expect((await oras.output('repo', 'tags', plainHttp, repository)).trim()).toBe('v1');
  });

  test('copies an image with all that refers to it to another repository', async ({ server, folder, oras }) => {
    const [first, second] = [await newRepository(server, 'first'), await newRepository(server, 'second')];
    await server.registry.seed({ public: { first: ['v1'] } });
    const sbom = await attach(oras, folder, `${first}:v1`, 'application/vnd.example.sbom', 'sbom.txt');
    await attach(oras, folder, `${first}@${sbom}`, 'application/vnd.example.sig', 'sig.txt');
    const schemes = ['--from-plain-http', '--to-plain-http'];

    await oras.output('cp', '--recursive', ...schemes, `${first}:v1`, `${second}:v1`);

    const withoutNames = (text: string): unknown => JSON.parse(text.replaceAll(first, 'X').replaceAll(second, 'X'));
    const [before, after] = [await discover(oras, `${first}:v1`), await discover(oras, `${second}:v1`)];
    expect(withoutNames(JSON.stringify(after))).toEqual(withoutNames(JSON.stringify(before)));
    await oras.output('pull', plainHttp, '--output', 'back', `${second}@${sbom}`);
    expect(await readFile(join(folder, 'back/sbom.txt'), 'utf8')).toBe('sbom.txt');
  });

  test('copies by mounting the layers', async ({ server, asked, oras }) => {
    const [first, second] = [await newRepository(server, 'first'), await newRepository(server, 'second')];
    await server.registry.seed({ public: { first: [{ tags: ['v1'], layers: ['one', 'two'] }] } });
    await oras.output('cp', '--from-plain-http', '--to-plain-http', `${first}:v1`, `${second}:v1`);

    expect(asked.filter((line) => /^POST .*[?&]mount=.* 201$/.test(line)).length).toBeGreaterThanOrEqual(2);
    expect((await imagesOf(server, 'second'))[0]?.imageDigest).toBe((await imagesOf(server, 'first'))[0]?.imageDigest);
  });

  test('copies an index from a layout and back byte for byte', async ({ server, folder, oras }) => {
    const images = [
      await buildImage({ layers: ['amd64'] }),
      await buildImage({ layers: ['arm64', 'more'], platform: { os: 'linux', architecture: 'arm64' } }),
    ];
    await writeOciLayout(join(folder, 'from'), await buildIndex({ images }), 'all');
    const repository = await newRepository(server);
    await oras.output('cp', '--from-oci-layout', 'from:all', '--to-plain-http', `${repository}:all`);
    await mkdir(join(folder, 'back'));
    await oras.output('cp', '--from-plain-http', `${repository}:all`, '--to-oci-layout', 'back:all');
    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));
    expect(await imagesOf(server)).toHaveLength(3);
  });

  test('makes an index of images that are in the registry', async ({ server, oras }) => {
    const repository = await newRepository(server);
    const { public: seeded } = await server.registry.seed({ public: { 'team/web': ['one', 'two'] } });
    await oras.output('manifest', 'index', 'create', plainHttp, `${repository}:all`, 'one', 'two');
    const fetched = await oras.output('manifest', 'fetch', plainHttp, `${repository}:all`);
    const { manifests } = JSON.parse(fetched) as { manifests: { digest: string }[] };
    expect(manifests.map(({ digest }) => digest)).toEqual(seeded['team/web']?.map(({ digest }) => digest));
  });

  test('deletes an artifact, of which its subject is told no more', async ({ server, folder, oras }) => {
    const repository = await newRepository(server);
    await server.registry.seed({ public: { 'team/web': ['v1'] } });
    const sbom = await attach(oras, folder, `${repository}:v1`, 'application/vnd.example.sbom', 'sbom.txt');
    const scan = await attach(oras, folder, `${repository}:v1`, 'application/vnd.example.scan', 'scan.txt');

    await oras.output('manifest', 'delete', '--force', plainHttp, `${repository}@${sbom}`);

    const { referrers } = await discover(oras, `${repository}:v1`);
    expect(referrers?.map(({ digest }) => digest)).toEqual([scan]);
  });

  test('deletes a blob', async ({ server, folder, oras }) => {
    const repository = await newRepository(server);
    await writeFile(join(folder, 'blob'), 'a blob');
    const { digest } = await oras.json<{ digest: string }>(
      'blob',
      'push',
      plainHttp,
      '--descriptor',
      repository,
      'blob',
    );
    const fetchBlob = ['blob', 'fetch', plainHttp, '--output', '-', `${repository}@${digest}`];
    expect(await oras.output(...fetchBlob)).toBe('a blob');

    await oras.output('blob', 'delete', '--force', plainHttp, `${repository}@${digest}`);

    expect((await oras.run(...fetchBlob)).stderr).toContain('not found');
  });

  test('lists the tags after one of them', async ({ server, oras }) => {
    const repository = await newRepository(server);
    await server.registry.seed({ public: { 'team/web': ['v1', 'v2', 'v3'] } });
    expect(await oras.output('repo', 'tags', plainHttp, '--last', 'v1', repository)).toBe('v2\nv3\n');
  });
});

describeWith([orasTool, awsCli], 'aws ecr get-login-password | oras login', () => {
  test('pushes to the private registry', async ({ server, host, folder, oras }) => {
    await server.registry.ecr.createRepository({ repositoryName: 'team/web' });
    const login = ['login', plainHttp, '--username', 'AWS', '--password-stdin', host];
    expect(await oras.outputOf(await loginPassword(server.url), ...login)).toContain('Login Succeeded');
    await writeFile(join(folder, 'one.txt'), 'one');
    await oras.output('push', plainHttp, `${host}/team/web:v1`, 'one.txt');
    expect(await oras.output('repo', 'tags', plainHttp, `${host}/team/web`)).toBe('v1\n');
  });
});
