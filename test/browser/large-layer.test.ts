import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { test } from './given.ts';
import { noise } from './noise.ts';

const MiB = 1024 * 1024;
const partBytes = 8 * MiB;
const parts = 128;

/** The most memory that the browser and the processes of pages have had, in MiB by their ids: not only heaps of script. */
async function mostMemory(page: Page): Promise<Map<number, number>> {
  const devTools = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo } = (await devTools?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  const most = new Map<number, number>();
  for (const { type, id } of processInfo) {
    const file = `/proc/${id}/status`;
    if (!['browser', 'renderer'].includes(type) || !existsSync(file)) continue;
    most.set(id, Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1]) / 1024);
  }
  return most;
}

test('a layer of 1 GiB in parts takes less than 200 MiB of heap, nor is it held outside of it', async ({ browser }) => {
  const page = await browser.newPage();
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable');
  const heaps: number[] = [];
  await page.exposeFunction('partTaken', async () => {
    const { metrics } = await devTools.send('Performance.getMetrics');
    heaps.push((metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / MiB);
  });
  const before = await mostMemory(page);

  const digest = await page.evaluate(
    async ([parts, partBytes]) => {
      const { indexedDbStorage, noise, openRegistry } = coracle;
      const { partTaken } = globalThis as unknown as { partTaken: () => Promise<void> };
      const { ecrPublic } = openRegistry(indexedDbStorage('large'));
      const repositoryName = 'team/web';
      await ecrPublic.createRepository({ repositoryName });
      const { uploadId } = await ecrPublic.initiateLayerUpload({ repositoryName });
      const upload = { repositoryName, uploadId };
      // One array for all of them: nothing makes the browser collect what it might have kept of the others.
      const layerPartBlob = noise(partBytes);
      for (let i = 0; i < parts; i++) {
        layerPartBlob[0] = i;
        const partFirstByte = i * partBytes;
        const partLastByte = partFirstByte + partBytes - 1;
        await ecrPublic.uploadLayerPart({ ...upload, partFirstByte, partLastByte, layerPartBlob });
        await partTaken();
      }
      return (await ecrPublic.completeLayerUpload({ ...upload, layerDigests: ['any:00'] })).layerDigest;
    },
    [parts, partBytes] as const,
  );

  const sent = createHash('sha256');
  const part = noise(partBytes);
  for (let i = 0; i < parts; i++) {
    part[0] = i;
    sent.update(part);
  }
  expect(digest).toBe(`sha256:${sent.digest('hex')}`);
  expect(heaps).toHaveLength(parts);
  expect(Math.max(...heaps)).toBeLessThan(200);
  // Nor may the bytes be elsewhere: arrays are not on that heap, and Blobs not even in the page's process.
  const grown = [...(await mostMemory(page))].map(([id, most]) => most - (before.get(id) ?? 0));
  expect(Math.max(0, ...grown)).toBeLessThan(200);
});
