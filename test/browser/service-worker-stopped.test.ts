import type { CDPSession, Page } from 'playwright';
import { expect } from 'vitest';
import { test } from './given.ts';
import { moduleSite } from './service-worker-site.ts';
import type { BrokenUpload } from './service-worker-upload.ts';

// These tests use commands that only Chromium has.

const host = 'registry.example';
const MiB = 1024 * 1024;

/** Stops all service workers. Resolves when Chromium reports that they are gone. */
async function stopWorkers(devTools: CDPSession): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    devTools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      if (versions.some(({ runningStatus }) => runningStatus === 'stopped')) resolve();
    });
  });
  await devTools.send('ServiceWorker.enable');
  await devTools.send('ServiceWorker.stopAllWorkers');
  await gone;
  await devTools.send('ServiceWorker.disable');
}

test('a service worker that is stopped in the middle of an upload leaves nothing half-visible, and the upload continues at its offset', async ({
  browser,
}) => {
  const site = await moduleSite();
  const page = (await browser.newPage()) as Page;
  const devTools = await page.context().newCDPSession(page);
  await page.goto(site.url);
  const images = () =>
    page.evaluate(async (host) => {
      const { clientOf, list } = await ready;
      return list(clientOf(`https://${host}`));
    }, host);
  await page.evaluate(async (host) => {
    const { clientOf, push } = await ready;
    await push(clientOf(`https://${host}`), 'v1');
  }, host);
  const before = await images();

  // Between two writes of pieces of 8 MiB, and after one of them.
  for (const sent of [1, 7, 12]) {
    const acknowledged = await page.evaluate(
      async ([host, sent]) => {
        const { beginUpload, repositoryAt } = await ready;
        const upload = await beginUpload(await repositoryAt(host), sent);
        Object.assign(globalThis, { upload });
        return upload.acknowledged;
      },
      [host, sent] as const,
    );
    expect(acknowledged).toBe(`0-${8 * MiB - 1}`);

    await stopWorkers(devTools);
    const failed = await page.evaluate(() => (globalThis as unknown as { upload: BrokenUpload }).upload.failed);
    expect(failed).toBe('TypeError');
    expect(await images()).toEqual(before);
    const after = await page.evaluate(async () => {
      const { upload } = globalThis as unknown as { upload: BrokenUpload };
      return { ...(await (await ready).continueUpload(upload)), digest: upload.digest };
    });
    expect(after.before).toBe(404);
    // The registry has every acknowledged byte, and possibly whole pieces of the request that failed.
    expect(after.from).toBeOneOf([8 * MiB, 16 * MiB]);
    expect(after.from).toBeLessThanOrEqual((8 + sent) * MiB);
    expect(after.pulled).toBe(after.digest);
  }
});

test('a page whose reload was forced is controlled by its service worker again', async ({ browser }) => {
  const site = await moduleSite();
  const page = (await browser.newPage()) as Page;
  const devTools = await page.context().newCDPSession(page);
  await page.goto(site.url);
  await page.evaluate(() => ready);
  const loaded = page.waitForEvent('load');
  await devTools.send('Page.reload', { ignoreCache: true });
  await loaded;
  const status = await page.evaluate(async (host) => {
    await ready;
    return (await fetch(`https://${host}/`)).status;
  }, host);
  expect(status).toBe(200);
  // The forced reload did not use the cache of the service worker: the first load, the cache, and the reload.
  expect(site.requests.filter((path) => path === '/page.js')).toHaveLength(3);
});
