import { randomFillSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage, buildIndex } from '@coracle/registry';
import { expect } from 'vitest';
import type { KindOfPeer } from '../bench/peers.ts';
import type { ClientProgram } from '../support/client-program.ts';
import { test as base } from '../support/clients.ts';
import { coracleIn } from '../support/coracle-command.ts';
import { describeWith, skopeo as skopeoTool, type Tool } from '../support/describe-with.ts';
import { flakyProxy } from '../support/flaky-proxy.ts';
import { digestsOf, writeOciLayout } from '../support/oci-layout.ts';
import { Skopeo } from '../support/skopeo.ts';

const MB = 1_000_000;
const noise = (size: number): Uint8Array => randomFillSync(new Uint8Array(size));

/** Registers the tests of `coracle push` and `coracle pull` with a registry of other people. */
export function describeForeignRegistry(tool: Tool, kind: KindOfPeer): void {
  const test = base.extend<{ coracle: ClientProgram; skopeo: Skopeo; origin: string }>({
    coracle: async ({ folder }, use) => use(coracleIn(folder)),
    skopeo: async ({ folder }, use) => use(new Skopeo(folder)),
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
    origin: async ({}, use) => {
      const peer = await kind.start();
      await use(peer.origin);
      await peer.stop();
    },
  });

  describeWith([tool, skopeoTool], `coracle push to ${kind.name}`, () => {
    test('sends an image index in chunks, mounts, and pulls it back', { timeout: 240_000 }, async ({
      folder,
      skopeo,
      coracle,
      origin,
    }) => {
      const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
      const images = [
        await buildImage({ layers: ['shared', noise(25 * MB)] }),
        await buildImage({ layers: ['shared', 'arm64'], platform: arm }),
      ];
      const index = await buildIndex({ images });
      const path = join(folder, 'from');
      await mkdir(path);
      await writeOciLayout(path, index, 'all');
      const blobs = await digestsOf(join(path, 'blobs'));
      const { host } = new URL(origin);

      const name = `${host}/team/web:all`;
      const push = (...args: string[]) => coracle.run('push', path, ...args, '--chunk-size', '9MB');
      expect(await push(name)).toMatchObject({ code: 0, stdout: `${name}@${index.digest}\n` });
      await skopeo.copy(`docker://${name}`, `oci:${folder}/back:all`, '--all');
      expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(blobs);

      const again = await push(name);
      expect(again.stderr.match(/is in the registry already/g)).toHaveLength(5);
      const mounted = await push(`${host}/team/api:all`, '--mount-from', 'team/web');
      // go-containerregistry keeps the blobs of all repositories as one.
      expect(mounted.stderr.match(/mounted from another repository|is in the registry already/g)).toHaveLength(5);

      const pulled = join(folder, 'pulled.tar');
      expect(await coracle.output('pull', `${host}/team/api:all`, pulled)).toContain(index.digest);
      await skopeo.copy(`oci-archive:${pulled}:all`, `oci:${folder}/again:all`, '--all');
      expect(await digestsOf(join(folder, 'again/blobs'))).toEqual(blobs);
    });

    test('ends whole over a bad connection', async ({ folder, skopeo, coracle, origin }) => {
      const path = join(folder, 'from');
      await mkdir(path);
      const { digest } = await writtenImage(path);
      const proxy = await flakyProxy(origin, { maxBody: 10 * MB, cutEvery: 7, busyEvery: 13 });
      try {
        const image = `${proxy.host}/team/web:v1`;
        expect(await coracle.output('push', path, image, '--chunk-size', '9MB')).toBe(`${image}@${digest}\n`);
        // Some registries forget an upload if a chunk is cut, so a cut costs more than a chunk here.
        expect(proxy.counts.cuts).toBeGreaterThan(0);
        expect(proxy.counts.refusals).toBe(0);
      } finally {
        await proxy.close();
      }
      await skopeo.copy(`docker://${new URL(origin).host}/team/web:v1`, `oci:${folder}/back:v1`);
      expect(await digestsOf(join(folder, 'back/blobs'))).toEqual(await digestsOf(join(path, 'blobs')));
    });
  });
}

async function writtenImage(folder: string) {
  const image = await buildImage({ layers: [noise(50 * MB), 'two'] });
  await writeOciLayout(folder, image, 'v1');
  return image;
}
