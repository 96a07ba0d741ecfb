import { createHash, randomFillSync } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltImage, buildImage, buildIndex } from '@coracle/registry';
import { test as base, describe, expect } from 'vitest';
import { output } from '../../../../test/support/commands.ts';
import { writeDockerArchive } from '../../../../test/support/docker-archive.ts';
import { type FlakyProxy, flakyProxy } from '../../../../test/support/flaky-proxy.ts';
import { writeOciLayout } from '../../../../test/support/oci-layout.ts';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { type Ended, type TransferOptions, transfer, uploadsFolder } from '../../test-support/transfer.ts';
import { type Access, type RunningServer, serve } from '../index.ts';

interface Given {
  readonly folder: string;
  /** The requests of clients with their status: `POST /v2/web/blobs/uploads/ 202`. */
  readonly asked: string[];
  readonly server: RunningServer;
  readonly host: string;
  /** Runs `coracle push`, with this cache and home. */
  readonly push: (args: readonly string[], options?: TransferOptions) => Promise<Ended>;
}

const test = base.extend<Given>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  folder: async ({}, use) => {
    const folder = await temporaryFolder();
    await use(folder.path);
    await folder.remove();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  asked: async ({}, use) => use([]),
  server: async ({ asked }, use) => {
    const onAccess = ({ method, path, status }: Access) => asked.push(`${method} ${path} ${status ?? 'aborted'}`);
    const server = await serve({ port: 0, createOnPush: true, onAccess });
    await use(server);
    await server.close({ within: 0 });
  },
  host: async ({ server }, use) => use(new URL(server.url).host),
  push: async ({ folder }, use) => use((args, options) => transfer(folder, ['push', ...args], options)),
});

const noise = (size: number): Uint8Array => randomFillSync(new Uint8Array(size));
const sizeOf = ({ blobs }: BuiltImage): number => blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** Writes an image as an OCI layout, and gives its folder. */
async function layout(folder: string, image: BuiltImage, tag = 'v1'): Promise<string> {
  const path = join(folder, 'layout');
  await mkdir(path);
  await writeOciLayout(path, image, tag);
  return path;
}

/** The digests of all blobs of a pushed image, as the registry gives their content. */
async function stored({ registry }: RunningServer, path: string, { blobs }: BuiltImage): Promise<string[]> {
  return Promise.all(
    blobs.map(async ({ digest }) => {
      const hash = createHash('sha256');
      const blob = await registry.distribution.getBlob({ host: 'localhost', path }, digest);
      for await (const bytes of blob.read()) hash.update(bytes);
      return `sha256:${hash.digest('hex')}`;
    }),
  );
}

const manifestOf = async ({ registry }: RunningServer, path: string, reference: string) =>
  registry.distribution.getManifest({ host: 'localhost', path }, reference);

const digestsOf = ({ blobs }: BuiltImage): string[] => blobs.map(({ digest }) => digest);

describe('coracle push', () => {
  test('sends an OCI layout whole, and prints its digest', async ({ folder, server, host, push }) => {
    const image = await buildImage({ layers: ['one', noise(300_000)] });
    const ended = await push([await layout(folder, image), `${host}/team/web:v7`]);
    expect(ended).toMatchObject({ code: 0, stdout: `${host}/team/web:v7@${image.digest}\n` });
    expect(ended.stderr.split('\n').sort()).toEqual(
      [
        '',
        `${host} is used over http, because it is on this machine`,
        ...image.blobs.map(({ digest, bytes }) => `${digest.slice(0, 19)}  ${sizeIn(bytes.length)}  pushed`),
      ].sort(),
    );
    expect((await manifestOf(server, 'team/web', 'v7')).digest).toBe(image.digest);
    expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
    expect(await readdir(uploadsFolder(folder))).toEqual([]);
  });

  test('sends an image index with all of its images', async ({ folder, server, host, push }) => {
    const index = await buildIndex({
      images: [await buildImage({ layers: ['a'] }), await buildImage({ layers: ['b'] })],
    });
    expect(await push([await layout(folder, index), `${host}/team/web`])).toMatchObject({
      code: 0,
      stdout: `${host}/team/web:latest@${index.digest}\n`,
    });
    for (const image of index.images) expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
  });

  test('sends an archive of docker, compressed or not, and its layers once', async ({
    folder,
    server,
    host,
    asked,
    push,
  }) => {
    const image = await buildImage({ layers: [noise(400_000), 'two'], format: 'docker' });
    const archive = await writeDockerArchive(folder, image, 'web:v1');
    const first = await push([archive, `${host}/plain:v1`]);
    expect(first.code).toBe(0);
    expect(await stored(server, 'plain', image)).toEqual(digestsOf(image));
    asked.length = 0;
    expect((await push([archive, `${host}/plain:v2`])).stderr.match(/is in the registry already/g)).toHaveLength(3);
    expect(asked.filter((line) => /^(?:PATCH|POST)/.test(line))).toEqual([]);
    await output('gzip', [archive]);
    const compressed = await push([
      `${archive}.gz`,
      `${host}/zipped:v1`,
      '--chunk-size',
      '100kB',
      '--cache',
      join(folder, 'other'),
    ]);
    expect(compressed.stderr).not.toContain('is in the registry already');
    expect(compressed).toMatchObject({ code: 0 });
    expect(compressed.stdout.split('@')[1]).toBe(first.stdout.split('@')[1]);
    expect(await stored(server, 'zipped', image)).toEqual(digestsOf(image));
    expect(asked.filter((line) => /^PATCH .*zipped.* 202$/.test(line)).length).toBeGreaterThan(4);
  });

  test('mounts layers from the repository of --mount-from, and from those it knows', async ({
    folder,
    host,
    asked,
    push,
  }) => {
    const image = await buildImage({ layers: [noise(200_000)] });
    const path = await layout(folder, image);
    await push([path, `${host}/team/base:v1`]);
    asked.length = 0;
    const known = await push([path, `${host}/team/known:v1`]);
    expect(known.stderr.match(/mounted from another repository/g)).toHaveLength(image.blobs.length);
    const told = await push([
      path,
      `${host}/team/told:v1`,
      '--mount-from',
      'team/base',
      '--cache',
      join(folder, 'new'),
    ]);
    expect(told.stderr.match(/mounted from another repository/g)).toHaveLength(image.blobs.length);
    expect(asked.filter((line) => /^(?:PATCH|PUT) .*\/blobs\//.test(line))).toEqual([]);
    const wrong = await push([
      path,
      `${host}/team/wrong:v1`,
      '--mount-from',
      'team/none',
      '--cache',
      join(folder, 'newer'),
    ]);
    expect(wrong).toMatchObject({ code: 0 });
    expect(wrong.stderr).not.toContain('mounted');
  });

  test('selects an image of an archive', async ({ folder, host, push }) => {
    const [one, two] = [await buildImage({ layers: ['one'] }), await buildImage({ layers: ['two'] })];
    const path = await layout(folder, one);
    await writeOciLayout(path, two, 'v2');
    const descriptor = ({ digest, mediaType, manifest }: BuiltImage, name: string) => ({
      ...{ digest, mediaType, size: Buffer.byteLength(manifest) },
      annotations: { 'org.opencontainers.image.ref.name': name },
    });
    const manifests = [descriptor(one, 'v1'), descriptor(two, 'v2')];
    await writeFile(join(path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    const refused = await push([path, `${host}/web:v1`]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('The archive has several images: choose one with --image');
    for (const [name, { digest }] of [
      ['v1', one],
      ['1', two],
      [one.digest, one],
    ] as const) {
      expect((await push([path, `${host}/web:v1`, '--image', name])).stdout).toContain(digest);
    }
  });

  test('says what is wrong and what to do', async ({ folder, host, push }) => {
    const none = join(folder, 'none.tar');
    expect(await push([none, `${host}/web:v1`])).toMatchObject({ code: 1, stdout: '' });
    expect((await push([none, `${host}/web:v1`])).stderr).toBe(
      `coracle: The archive ${none} does not exist: write the path of a tar, or of a folder with an OCI layout, ` +
        'and after it the name of the image\n',
    );
    for (const path of [`oci-archive:${none}`, `${folder}:v1`]) {
      expect((await push([path, `${host}/web:v1`])).stderr).toContain('without the prefix and the tag of skopeo');
    }
    const closed = await serve({ port: 0 });
    const port = new URL(closed.url).host;
    await closed.close();
    await writeFile(none, 'no tar');
    const exchange = async () => Promise.reject(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }));
    expect(await push([none, 'team/web:v1'], { surroundings: { exchange } })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('docker.io/team/web:v1 is on Docker Hub, because no other registry is named\n'),
    });
    expect(await push([none, `${port}/web:v1`])).toMatchObject({ code: 3, waits: [] });
    expect((await push([none, `${host}/web:v1`])).stderr).toContain(
      'The archive is not a valid tar archive at its start',
    );
  });

  test('says that the repository does not exist', async ({ folder, push }) => {
    const server = await serve({ port: 0 });
    const { host } = new URL(server.url);
    const { code, stderr } = await push([await layout(folder, await buildImage()), `${host}/ghost:v1`]);
    await server.close({ within: 0 });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `coracle: ${host} refused to start an upload in the repository 'ghost' with 404 (NAME_UNKNOWN`,
    );
    expect(stderr).toContain('Create the repository first, or check its name');
  });
});

const sizeIn = (bytes: number): string => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`);

describe('coracle push over a bad connection', () => {
  const chunk = 200_000;

  async function throughProxy(
    server: RunningServer,
    options: Parameters<typeof flakyProxy>[1],
    work: (proxy: FlakyProxy) => Promise<void>,
  ): Promise<void> {
    const proxy = await flakyProxy(server.url, options);
    try {
      await work(proxy);
    } finally {
      await proxy.close();
    }
  }

  test('ends whole, and sends at most one chunk again for each cut', async ({ folder, server, push }) => {
    const image = await buildImage({ layers: [noise(3_000_000), noise(1_234_567)] });
    const path = await layout(folder, image);
    await throughProxy(server, { maxBody: 250_000, cutEvery: 3, busyEvery: 7 }, async ({ host, counts }) => {
      const ended = await push([path, `${host}/team/web:v1`, '--chunk-size', String(chunk)]);
      expect(ended.stderr).toContain('next try in');
      expect(ended).toMatchObject({ code: 0, stdout: `${host}/team/web:v1@${image.digest}\n` });
      expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
      expect(counts.cuts).toBeGreaterThan(5);
      expect(counts.busy).toBeGreaterThan(3);
      expect(counts.largest).toBeLessThanOrEqual(chunk);
      expect(counts.refusals).toBe(0);
      expect(counts.received - sizeOf(image)).toBeLessThanOrEqual(counts.cuts * chunk);
      expect(counts.turnedAway).toBeLessThanOrEqual(counts.busy * chunk);
      // Retry-After was 1 second.
      expect(ended.waits.some((wait) => wait >= 1000)).toBe(true);
    });
  });

  test('ends whole from a compressed archive, which can be read only once', async ({ folder, server, push }) => {
    const image = await buildImage({ layers: [noise(1_500_000), 'two'], format: 'docker' });
    const archive = await writeDockerArchive(folder, image, 'web:v1');
    await output('gzip', [archive]);
    await throughProxy(server, { maxBody: 250_000, cutEvery: 4, busyEvery: 9 }, async ({ host, counts }) => {
      const ended = await push([`${archive}.gz`, `${host}/team/web:v1`, '--chunk-size', String(chunk)]);
      expect(ended).toMatchObject({ code: 0 });
      expect(counts.cuts).toBeGreaterThan(1);
      expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
    });
  });

  test('makes chunks smaller if a proxy refuses them', async ({ folder, server, push }) => {
    const image = await buildImage({ layers: [noise(3_000_000)] });
    const path = await layout(folder, image);
    await throughProxy(server, { maxBody: 700_000 }, async ({ host, counts }) => {
      const ended = await push([path, `${host}/team/web:v1`, '--chunk-size', '2MB']);
      expect(ended).toMatchObject({ code: 0, waits: [] });
      expect(ended.stderr).toContain(
        'refuses a chunk of 2000000 bytes as too large, so the next ones have 1000000 bytes',
      );
      expect(counts.refusals).toBe(2);
      expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
    });
    await throughProxy(server, { maxBody: 1000 }, async ({ host }) => {
      const { code, stderr } = await push([path, `${host}/team/api:v1`, '--cache', join(folder, 'other')]);
      expect(code).toBe(1);
      expect(stderr).toContain('Raise the limit for bodies in the proxy');
    });
  });

  test('goes on after a restart of the command', async ({ folder, server, asked, push }) => {
    const image = await buildImage({ layers: [noise(3_000_000)] });
    const path = await layout(folder, image);
    await throughProxy(server, { maxBody: 250_000, cutEvery: 7, cutFrom: 100_000 }, async (proxy) => {
      const { host, counts } = proxy;
      // The process ends at the first cut, without any cleaning up.
      const killed = new Error('killed');
      const patience = { wait: () => Promise.reject(killed), random: () => 0, now: Date.now };
      const args = [path, `${host}/team/web:v1`, '--chunk-size', String(chunk)];
      const surroundings = { patience, processId: 999_999, isRunning: () => false };
      const first = await push(args, { surroundings });
      expect(first).toMatchObject({ code: 1, stdout: '' });
      expect(first.stderr).toContain('killed');
      const [state] = await readdir(uploadsFolder(folder));
      expect(state).toMatch(/^[0-9a-f]{40}\.999999\.json$/);

      await expect.poll(() => asked.some((line) => line.endsWith('aborted'))).toBe(true);
      const before = counts.received;
      const second = await push(args, { surroundings: { isRunning: (id) => id === process.pid } });
      expect(second).toMatchObject({ code: 0 });
      expect(second.stderr).toMatch(/sha256:\w{12} {2}3\.0 MB {2}goes on after 1\.\d MB/);
      expect(counts.received - before).toBeLessThan(1_800_000 + 2 * chunk);
      expect(asked.filter((line) => line.startsWith('POST')).length).toBe(image.blobs.length);
      expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
      expect(await readdir(uploadsFolder(folder))).toEqual([]);
    });
  });

  test('begins again if the registry has forgotten the upload', async ({ folder, server, host, push }) => {
    const image = await buildImage({ layers: [noise(1_000_000)] });
    const path = await layout(folder, image);
    await mkdir(uploadsFolder(folder), { recursive: true });
    await throughProxy(server, { maxBody: 250_000, cutEvery: 4, cutFrom: 100_000 }, async (proxy) => {
      const patience = { wait: () => Promise.reject(new Error('killed')), random: () => 0, now: Date.now };
      const args = [path, `${proxy.host}/team/web:v1`, '--chunk-size', String(chunk)];
      await push(args, { surroundings: { patience, processId: 999_999 } });
      const [state = ''] = await readdir(uploadsFolder(folder));
      const lost = { location: `http://${proxy.host}/v2/team/web/blobs/uploads/none`, minChunk: 0 };
      await writeFile(join(uploadsFolder(folder), state), JSON.stringify(lost));
      const again = await push(args, { surroundings: { isRunning: () => false } });
      expect(again).toMatchObject({ code: 0 });
      expect(again.stderr).not.toContain('goes on after');
    });
    expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
    expect(host).not.toBe('');
  });

  test('stops at Ctrl-C, says how to go on, and goes on', async ({ folder, server, push }) => {
    const image = await buildImage({ layers: [noise(3_000_000)] });
    const path = await layout(folder, image);
    await throughProxy(server, { maxBody: 250_000, cutEvery: 5, cutFrom: 100_000 }, async (proxy) => {
      let signal = (_: 'SIGINT' | 'SIGTERM'): void => undefined;
      const onSignal = (handle: typeof signal) => {
        signal = handle;
        return () => undefined;
      };
      proxy.onCut = () => signal('SIGINT');
      const args = [path, `${proxy.host}/team/web:v1`, '--chunk-size', String(chunk)];
      const stopped = await push(args, { surroundings: { onSignal } });
      expect(stopped).toMatchObject({ code: 130, stdout: '' });
      expect(stopped.stderr).toMatch(/coracle: Stopped\. Run the same command again: it goes on where it stopped\n$/);
      proxy.onCut = () => undefined;
      const again = await push(args);
      expect(again).toMatchObject({ code: 0 });
      expect(again.stderr).toContain('goes on after');
    });
    expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
  });

  test('makes chunks smaller if they never arrive whole', async ({ folder, server, push }) => {
    const image = await buildImage({ layers: [noise(3_000_000)] });
    const path = await layout(folder, image);
    await throughProxy(server, { maxBody: 2_000_000, cutEvery: 1, cutFrom: 300_000 }, async ({ host, counts }) => {
      const ended = await push([path, `${host}/team/web:v1`, '--chunk-size', '1MB']);
      expect(ended).toMatchObject({ code: 0 });
      expect(counts.cuts).toBeLessThan(6);
      expect(await stored(server, 'team/web', image)).toEqual(digestsOf(image));
    });
  });

  test('gives up after eight failures in a row', async ({ folder, server, push }) => {
    const path = await layout(folder, await buildImage({ layers: ['one'] }));
    await throughProxy(server, { maxBody: 250_000, busyEvery: 1 }, async ({ host }) => {
      const { code, stderr, waits } = await push([path, `${host}/team/web:v1`, '--chunk-size', String(chunk)]);
      expect(code).toBe(3);
      expect(stderr).toContain('The registry failed 9 times one after the other');
      expect(stderr).toContain('Run the same command again later. A push goes on where it stopped');
      expect(waits).toHaveLength(8);
      expect(waits.every((wait, i) => i === 0 || wait >= (waits[i - 1] ?? 0))).toBe(true);
    });
  });
});
