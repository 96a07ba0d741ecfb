import { randomFillSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage, buildIndex } from '@coracle/registry';
import { describe, expect } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import { test as base, newRepository } from '../support/clients.ts';
import { coracleIn, StartedCommand } from '../support/coracle-command.ts';
import { describeWith, podman as podmanTool, skopeo as skopeoTool } from '../support/describe-with.ts';
import { flakyProxy } from '../support/flaky-proxy.ts';
import { digestsOf, writeOciLayout } from '../support/oci-layout.ts';
import { Skopeo } from '../support/skopeo.ts';
import { unpacked } from './archives.ts';

/** `coracle push` and `coracle pull` as processes, beside other clients and over bad connections. */

const test = base.extend<{ coracle: ClientProgram; skopeo: Skopeo }>({
  coracle: async ({ folder }, use) => use(coracleIn(folder)),
  skopeo: async ({ folder }, use) => use(new Skopeo(folder)),
});

const MB = 1_000_000;
const noise = (size: number): Uint8Array => randomFillSync(new Uint8Array(size));

/** Writes an OCI layout with an image that has a layer of a size. `bytes` is the size of all blobs. */
async function layoutIn(folder: string, size: number): Promise<{ path: string; digest: string; bytes: number }> {
  const path = join(folder, 'from');
  await mkdir(path);
  const image = await buildImage({ layers: [noise(size), 'two'] });
  await writeOciLayout(path, image, 'v1');
  return { path, digest: image.digest, bytes: image.blobs.reduce((sum, blob) => sum + blob.bytes.length, 0) };
}

describeWith([skopeoTool], 'coracle push and skopeo', () => {
  test('move an archive of skopeo to a registry and back, byte for byte', async ({
    server,
    folder,
    skopeo,
    coracle,
  }) => {
    const { digest } = await layoutIn(folder, 20 * MB);
    const archive = join(folder, 'image.tar');
    await skopeo.copy(`oci:${folder}/from:v1`, `oci-archive:${archive}:v1`);
    const address = await newRepository(server);
    expect(await coracle.output('push', archive, `${address}:v2`)).toBe(`${address}:v2@${digest}\n`);
    await skopeo.copy(`docker://${address}:v2`, `oci:${folder}/back:v1`);
    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));

    await coracle.output('pull', `${address}:v2`, join(folder, 'pulled.tar'));
    await skopeo.copy(`oci-archive:${folder}/pulled.tar:v2`, `oci:${folder}/again:v1`);
    expect(await digestsOf(join(folder, 'again/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));
  });

  test('move an image index and a docker-archive', async ({ server, folder, skopeo, coracle }) => {
    const images = [
      await buildImage({ layers: ['amd64'] }),
      await buildImage({ layers: ['arm64'], platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }),
    ];
    const index = await buildIndex({ images });
    await mkdir(join(folder, 'from'));
    await writeOciLayout(join(folder, 'from'), index, 'all');
    const address = await newRepository(server);
    expect(await coracle.output('push', join(folder, 'from'), `${address}:all`)).toContain(index.digest);
    await skopeo.copy(`docker://${address}:all`, `oci:${folder}/back:all`, '--all');
    expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(folder, 'from/blobs')));

    await skopeo.output('copy', `docker://${address}:all`, `docker-archive:${folder}/docker.tar:web:v1`);
    const pushed = await coracle.output('push', join(folder, 'docker.tar'), `${address}:docker`);
    const { Digest } = JSON.parse(await skopeo.output('inspect', `docker://${address}:docker`)) as { Digest: string };
    expect(pushed).toBe(`${address}:docker@${Digest}\n`);
    await skopeo.output('copy', `docker://${address}:docker`, `docker-archive:${folder}/again.tar:web:v1`);
  });
});

describeWith([podmanTool], 'podman', () => {
  test('loads an archive of coracle pull under the name of the image', async ({ server, folder, coracle }) => {
    const { path } = await layoutIn(folder, 1000);
    const address = await newRepository(server);
    await coracle.output('push', path, `${address}:v1`);
    await coracle.output('pull', `${address}:v1`, join(folder, 'pulled.tar'));
    const own = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
    const podman = new ClientProgram('podman', folder, [...own, '--tmpdir', join(folder, 'tmp')]);
    expect(await podman.output('load', '--input', join(folder, 'pulled.tar'))).toContain(`Loaded image: ${address}:v1`);
  });
});

describe('coracle push through a proxy with the limits of Cloudflare', () => {
  test('sends layers of more than 100 MB, although every third chunk is cut and the proxy is often busy', async ({
    server,
    folder,
    coracle,
  }) => {
    const { path, digest, bytes } = await layoutIn(folder, 300 * MB);
    const address = await newRepository(server);
    const proxy = await flakyProxy(server.url, { maxBody: 100 * MB, cutEvery: 3, busyEvery: 5 });
    const image = `${proxy.host}${address.slice(address.indexOf('/'))}:v1`;
    const pushed = await coracle.output('push', path, image);
    await proxy.close();
    expect(pushed).toBe(`${image}@${digest}\n`);
    const { cuts, busy, received, turnedAway, largest, refusals } = proxy.counts;
    expect(cuts).toBeGreaterThan(0);
    // The proxy answers with 429 and 503 in turns.
    expect(busy).toBeGreaterThan(1);
    expect(largest).toBeLessThanOrEqual(90 * MB);
    expect(refusals).toBe(0);
    expect(received - bytes).toBeLessThanOrEqual(cuts * 90 * MB);
    expect(turnedAway).toBeLessThanOrEqual(busy * 90 * MB);
    await coracle.output('pull', `${address}:v1`, join(folder, 'pulled.tar'));
    expect(await digestsOf(join(await unpacked(join(folder, 'pulled.tar')), 'blobs'))).toEqual(
      await digestsOf(join(path, 'blobs')),
    );
  });

  test('goes on after Ctrl-C and after kill -9', async ({ server, folder, coracle }) => {
    const { path, digest } = await layoutIn(folder, 20 * MB);
    const address = await newRepository(server);
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const proxy = await flakyProxy(server.url, { maxBody: 100 * MB, cutEvery: 4, cutFrom: MB });
      const image = `${proxy.host}${address.slice(address.indexOf('/'))}-${signal.toLowerCase()}:v1`;
      await server.registry.ecrPublic.createRepository({ repositoryName: `team/web-${signal.toLowerCase()}` });
      const args = ['push', path, image, '--chunk-size', '4MB', '--cache', join(folder, signal)];
      const started = new StartedCommand(folder, args);
      proxy.onCut = () => started.child.kill(signal);
      expect(await started.ended()).toBe(signal === 'SIGINT' ? 130 : 'SIGKILL');
      if (signal === 'SIGINT')
        expect(started.output).toContain('Run the same command again: it goes on where it stopped');
      proxy.onCut = () => undefined;
      const before = proxy.counts.received;
      const again = await coracle.run(...args);
      await proxy.close();
      expect(again).toMatchObject({ code: 0, stdout: `${image}@${digest}\n` });
      expect(again.stderr).toContain('goes on after');
      expect(proxy.counts.received - before).toBeLessThan(20 * MB);
    }
  });
});
