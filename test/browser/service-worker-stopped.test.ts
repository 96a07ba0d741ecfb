import type { CDPSession, Page } from 'playwright';
import { expect } from 'vitest';
import { describeUnless } from '../support/engine-groups.ts';
import type { Tab } from '../support/engines.ts';
import { test } from './given.ts';
import { moduleSite } from './service-worker-site.ts';

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

/** Pushes an image with the AWS SDK, and returns the address of its repository. */
const pushFirst = (page: Tab) =>
  page.evaluate(async (host) => {
    const { clientOf, push, repositoryAt } = await ready;
    await push(clientOf(`https://${host}`), 'v1');
    return repositoryAt(host);
  }, host);

const images = (page: Tab) =>
  page.evaluate(async (host) => {
    const { clientOf, list } = await ready;
    return list(clientOf(`https://${host}`));
  }, host);

const beginUpload = (page: Tab, repository: string, sent: number) =>
  page.evaluate(async ([repository, sent]) => (await ready).beginUpload(repository, sent), [repository, sent] as const);

const cannot = 'no command stops a service worker there';

describeUnless({ firefox: cannot, webkit: cannot }, 'a service worker', () => {
  test('that is stopped in the middle of an upload leaves nothing half-visible, and the upload continues at its offset', async ({
    browser,
  }) => {
    const site = await moduleSite();
    const page = (await browser.newPage()) as Page;
    const devTools = await page.context().newCDPSession(page);
    await page.goto(site.url);
    const repository = await pushFirst(page);
    const before = await images(page);

    // Between two writes of pieces of 8 MiB, and after one of them.
    for (const sent of [1, 7, 12]) {
      const upload = await beginUpload(page, repository, sent);
      expect(upload.acknowledged).toBe(`0-${8 * MiB - 1}`);
      const request = await page.evaluateHandle(async (upload) => (await ready).sendSome(upload), upload);

      await stopWorkers(devTools);
      expect(await request.evaluate(({ failed }) => failed)).toBe('TypeError');
      expect(await images(page)).toEqual(before);
      const after = await page.evaluate(async (upload) => (await ready).continueUpload(upload), upload);
      expect(after.before).toBe(404);
      // The registry has every acknowledged byte, and possibly whole pieces of the request that failed.
      expect(after.from).toBeOneOf([8 * MiB, 16 * MiB]);
      expect(after.from).toBeLessThanOrEqual((8 + sent) * MiB);
      expect(after.pulled).toBe(after.digest);
    }
  });
});

test.skipIf(process.platform !== 'linux')(
  'a service worker whose browser is killed in the middle of an upload leaves nothing half-visible, and the upload continues at its offset',
  async ({ browser }) => {
    const site = await moduleSite();
    const page = await browser.newPage();
    await page.goto(site.url);
    const repository = await pushFirst(page);
    const before = await images(page);
    const upload = await beginUpload(page, repository, 16);
    await page.evaluate(async (upload) => (await ready).sendRest(upload), upload);
    await browser.kill();

    await site.stop();
    const next = await browser.newPage();
    await next.goto(site.url);
    expect(await images(next)).toEqual(before);
    const after = await next.evaluate(async (upload) => (await ready).continueUpload(upload), upload);
    expect(after.before).toBe(404);
    expect(after.from).toBeOneOf([8 * MiB, 16 * MiB, 24 * MiB]);
    expect(after.pulled).toBe(after.digest);
  },
);

const noReload = 'no command forces a reload there';

describeUnless({ firefox: noReload, webkit: noReload }, 'a page whose reload was forced', () => {
  test('is controlled by its service worker again', async ({ browser }) => {
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
});
