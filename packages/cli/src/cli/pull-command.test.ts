import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltImage, buildImage, buildIndex, createRegistry } from '@coracle/registry';
import { importImage } from '@coracle/registry/image-tar';
import { fromPath } from '@coracle/registry/image-tar/node';
import { test as base, describe, expect } from 'vitest';
import { output } from '../../../../test/support/commands.ts';
import { cuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { type Ended, type TransferOptions, transfer } from '../../test-support/transfer.ts';
import { type RunningServer, serve } from '../index.ts';

interface Given {
  readonly folder: string;
  readonly server: RunningServer;
  readonly host: string;
  readonly pull: (args: readonly string[], options?: TransferOptions) => Promise<Ended>;
}

const test = base.extend<Given>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  folder: async ({}, use) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder.path, 'out'));
    await use(folder.path);
    await folder.remove();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  server: async ({}, use) => {
    const server = await serve({ port: 0 });
    await use(server);
    await server.close({ within: 0 });
  },
  host: async ({ server }, use) => use(new URL(server.url).host),
  pull: async ({ folder }, use) => use((args, options) => transfer(folder, ['pull', ...args], options)),
});

/** Stores an image in a private repository, with all images that it names. */
async function store({ registry }: RunningServer, repository: string, image: BuiltImage, tag: string): Promise<void> {
  await registry.seed({ private: { [repository]: [{ image, tags: [tag] }] } });
}

/** Imports an archive into a new registry. Returns the digest and the tag. */
async function imported(path: string): Promise<{ digest: string; tag: string | undefined }> {
  const registry = createRegistry();
  return importImage(registry, await fromPath(path), { repository: 'web', createRepository: true });
}

describe('coracle pull', () => {
  test('writes an archive with the image, its name and its digest', async ({ folder, server, host, pull }) => {
    const image = await buildImage({ layers: ['one', crypto.getRandomValues(new Uint8Array(50_000))] });
    await store(server, 'team/web', image, 'v1');
    const path = join(folder, 'out', 'web.tar');
    const ended = await pull([`${host}/team/web:v1`, path]);
    expect(ended).toMatchObject({ code: 0, stdout: `${host}/team/web:v1@${image.digest}\n` });
    expect(ended.stderr.match(/ {2}pulled\n/g)).toHaveLength(image.blobs.length);
    expect(await imported(path)).toMatchObject({ digest: image.digest, tag: 'v1' });
    expect(await readdir(join(folder, 'out'))).toEqual(['web.tar']);
  });

  test('gets an image by its digest, and an index with all of its images', async ({ folder, server, host, pull }) => {
    const index = await buildIndex({
      images: [await buildImage({ layers: ['a'] }), await buildImage({ layers: ['b'] })],
    });
    await store(server, 'team/web', index, 'all');
    const path = join(folder, 'out', 'all.tar');
    expect(await pull([`${host}/team/web@${index.digest}`, path])).toMatchObject({
      code: 0,
      stdout: `${host}/team/web@${index.digest}\n`,
    });
    expect(await imported(path)).toMatchObject({ digest: index.digest, manifests: expect.any(Array) });
  });

  test('does not replace a file, unless it is told so', async ({ folder, server, host, pull }) => {
    await store(server, 'web', await buildImage(), 'v1');
    const path = join(folder, 'out', 'web.tar');
    await writeFile(path, 'precious');
    const refused = await pull([`${host}/web:v1`, path]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`The file ${path} exists already: choose another name, or add --force`);
    expect(await readFile(path, 'utf8')).toBe('precious');
    expect(await pull([`${host}/web:v1`, path, '--force'])).toMatchObject({ code: 0 });
    expect((await readFile(path)).length).toBeGreaterThan(1000);
    expect((await pull([`${host}/web:v1`, join(folder, 'out'), '--force'])).stderr).toContain('is a folder');
    expect((await pull([`${host}/web:v1`, join(folder, 'none', 'web.tar')])).stderr).toBe(
      `coracle: The folder ${join(folder, 'none')} does not exist: create it first, or choose another folder\n`,
    );
    const device = await pull([`${host}/web:v1`, '/dev/null', '--force']);
    expect(device.stderr).toContain('/dev/null is not a regular file');
    expect(await readdir(join(folder, 'out'))).toEqual(['web.tar']);
  });

  test('replaces only a file, and takes each name that the file system takes', async ({
    folder,
    server,
    host,
    pull,
  }) => {
    await store(server, 'web', await buildImage(), 'v1');
    const pipe = join(folder, 'out', 'pipe');
    await output('mkfifo', [pipe]);
    const refused = await pull([`${host}/web:v1`, pipe, '--force']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`${pipe} is not a regular file`);
    expect((await stat(pipe)).isFIFO()).toBe(true);
    const long = `${'x'.repeat(251)}.tar`;
    expect(await pull([`${host}/web:v1`, join(folder, 'out', long)])).toMatchObject({ code: 0 });
    const inFile = join(folder, 'out', long, 'web.tar');
    expect((await pull([`${host}/web:v1`, inFile])).stderr).toContain(`The file ${inFile} cannot be written`);
    const tooLong = join(folder, 'out', 'x'.repeat(300));
    expect((await pull([`${host}/web:v1`, tooLong])).stderr).toContain(`The file ${tooLong} cannot be written`);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['pipe', long]);
  });

  test('does not replace a file that appears meanwhile', async ({ folder, server, host, pull }) => {
    await store(server, 'web', await buildImage(), 'v1');
    const path = join(folder, 'out', 'web.tar');
    const tell = (text: string) => {
      if (text.includes('pulled')) void writeFile(path, 'precious');
    };
    const ended = await pull([`${host}/web:v1`, path], { surroundings: { tell } });
    expect(ended.code).toBe(1);
    expect(await readFile(path, 'utf8')).toBe('precious');
    expect(await readdir(join(folder, 'out'))).toEqual(['web.tar']);
  });

  test('says that the image does not exist', async ({ folder, host, pull }) => {
    const { code, stderr } = await pull([`${host}/ghost:v1`, join(folder, 'out', 'x.tar')]);
    expect(code).toBe(1);
    expect(stderr).toContain("refused to give the manifest 'v1' of 'ghost' with 404 (NAME_UNKNOWN");
    expect(stderr).toContain('Check the name of the image');
  });

  test('goes on after a lost connection', async ({ folder, server, pull }) => {
    const image = await buildImage({ layers: [crypto.getRandomValues(new Uint8Array(60_000)), 'x'.repeat(3_000_000)] });
    await store(server, 'web', image, 'v1');
    const proxy = await cuttingProxy(server.url, 'answer', 1_000_000);
    const path = join(folder, 'out', 'web.tar');
    const ended = await pull([`${proxy.host}/web:v1`, path]);
    await proxy.close();
    expect(proxy.cuts).toBe(1);
    expect(ended).toMatchObject({ code: 0, waits: [375] });
    expect(await imported(path)).toMatchObject({ digest: image.digest });
  });

  test('stops at Ctrl-C, and leaves nothing behind', async ({ folder, server, host, pull }) => {
    await store(server, 'web', await buildImage({ layers: ['x'.repeat(3_000_000)] }), 'v1');
    let signal = (_: 'SIGINT' | 'SIGTERM'): void => undefined;
    const onSignal = (handle: typeof signal) => {
      signal = handle;
      return () => undefined;
    };
    const path = join(folder, 'out', 'web.tar');
    let told = '';
    const tell = (text: string) => {
      told += text;
      if (text.includes('pulled')) signal('SIGTERM');
    };
    expect(await pull([`${host}/web:v1`, path], { surroundings: { onSignal, tell } })).toMatchObject({ code: 143 });
    expect(told).toContain(`Stopped, and ${path} was not written. Run the same command again to pull the image`);
    expect(await readdir(join(folder, 'out'))).toEqual([]);
  });
});
