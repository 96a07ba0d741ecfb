import { createHash } from 'node:crypto';
import type { Page } from 'playwright';
import { expect, inject } from 'vitest';
import type { Tab } from '../support/engines.ts';
import { growthSince, heapOf } from '../support/page-memory.ts';
import { test } from './given.ts';
import { noise } from './noise.ts';

const MiB = 1024 * 1024;
const partBytes = 8 * MiB;

/** Returns a function that measures the heap of a page's script, in MiB. Only the DevTools of Chromium tell it. */
async function watchHeap(tab: Tab): Promise<() => Promise<number>> {
  const page = tab as Page;
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable');
  return () => heapOf(devTools);
}

// WebKitGTK gives a site 1,000 MiB.
const mebibytes = inject('engine') === 'webkit' ? 960 : 1024;
const parts = (mebibytes * MiB) / partBytes;

test(`a layer of ${mebibytes} MiB in parts takes less than 200 MiB of heap, nor is it held outside of it`, async ({
  browser,
}) => {
  const page = await browser.newPage();
  const heap = browser.engine === 'chromium' ? await watchHeap(page) : async () => 0;
  const heaps: number[] = [];
  await page.exposeFunction('partTaken', async () => void heaps.push(await heap()));
  const before = browser.mostMemory();

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
  expect(growthSince(browser, before)).toBeLessThan(200);
});
