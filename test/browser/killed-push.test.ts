import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { Browser } from '../support/browser.ts';
import type { Tab } from '../support/engines.ts';
import { test } from './given.ts';

const name = 'team/web';

/** Pushes an image into a database; the page stands still at its nth step. Gives how many steps there were. */
async function push(page: Tab, database: string, nth: number, acknowledged: string[] = []): Promise<number> {
  await page.exposeFunction('acknowledged', (what: string) => void acknowledged.push(what));
  return page.evaluate(
    async ([database, name, nth]) => {
      const { buildImage, indexedDbStorage, openRegistry, pushImage, stopAt } = coracle;
      const steps = stopAt(nth);
      const image = await buildImage({ layers: [new Uint8Array(100_000)] });
      const { acknowledged } = globalThis as unknown as { acknowledged: (what: string) => Promise<void> };
      await pushImage(openRegistry(indexedDbStorage(database)), name, image, 'v1', acknowledged);
      return steps();
    },
    [database, name, nth] as const,
  );
}

/** Returns the visible parts of the image, now and after another push. */
function lookAndPushAgain(page: Tab, database: string) {
  return page.evaluate(
    async ([database, name]) => {
      const { buildImage, disagreements, indexedDbStorage, openRegistry, pull, pushImage } = coracle;
      const storage = indexedDbStorage(database);
      const registry = openRegistry(storage);
      const image = await buildImage({ layers: [new Uint8Array(100_000)] });
      const look = async () => {
        const { repositories } = await registry.ecrPublic.describeRepositories();
        return {
          pulled: await pull(registry, name, image, 'v1'),
          disagreements: repositories.length > 0 ? await disagreements(registry, storage, name) : [],
        };
      };
      const left = await look();
      await pushImage(registry, name, image, 'v1');
      return { left, after: await look(), digest: image.digest, blobs: image.blobs.map(({ digest }) => digest) };
    },
    [database, name] as const,
  );
}

/**
 * Kills a page when it stands still, and opens another one. In Chromium only its tab is killed. Elsewhere no command
 * does that, and all processes of the browser are killed.
 */
async function killed(page: Tab, browser: Browser, run: () => unknown): Promise<Tab> {
  const stopped = browser.stopped();
  if (browser.engine !== 'chromium') {
    run();
    await stopped;
    await browser.kill();
    return browser.newPage();
  }
  // Before it stands still: no session could begin then.
  const tab = page as Page;
  const devTools = await tab.context().newCDPSession(tab);
  run();
  await stopped;
  const crash = tab.waitForEvent('crash');
  // It is never answered.
  devTools.send('Page.crash').catch(() => undefined);
  await crash;
  await tab.close();
  return browser.newPage();
}

test('a push that is killed at a step leaves nothing half-visible, loses nothing acknowledged, and the push can be repeated', async ({
  browser,
}) => {
  const steps = await push(await browser.newPage(), 'whole', 0);
  // Two blobs of three requests each, and a manifest.
  expect(steps).toBeGreaterThan(2 * 3 * 3 + 3);

  let page = await browser.newPage();
  // To start a whole browser again takes seconds. A transaction has three steps, and five meets each of them in turn.
  const stride = browser.engine === 'chromium' ? 1 : 5;
  for (let nth = 1; nth <= steps; nth += stride) {
    const database = `killed-${nth}`;
    const acknowledged: string[] = [];
    const pushing = page;
    page = await killed(pushing, browser, () => push(pushing, database, nth, acknowledged).catch(() => undefined));

    const { left, after, digest, blobs } = await lookAndPushAgain(page, database);
    const at = `killed at step ${nth} of ${steps}, when ${acknowledged.length} had been acknowledged`;
    const whole = { manifest: digest, blobs };
    expect(left.disagreements, at).toEqual([]);
    // Blobs are either complete or absent. An acknowledged blob is complete.
    for (const [i, blob] of blobs.entries()) {
      expect(left.pulled.blobs[i] ?? 'none', at).toBeOneOf(acknowledged.includes(blob) ? [blob] : [blob, 'none']);
    }
    if (left.pulled.manifest !== undefined || acknowledged.includes('v1')) expect(left.pulled, at).toEqual(whole);
    expect(after, at).toEqual({ pulled: whole, disagreements: [] });
  }
});
