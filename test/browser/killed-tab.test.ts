import type { Page } from 'playwright';
import { expect } from 'vitest';
import { test } from './given.ts';

const name = 'team/web';

/** Pushes an image into a database; the page stands still at its nth step. Gives how many steps there were. */
async function push(page: Page, database: string, nth: number, acknowledged: string[] = []): Promise<number> {
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
function lookAndPushAgain(page: Page, database: string) {
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

/** Sees to it that a page is killed when it stands still: `killed` resolves then. */
async function toBeKilled(page: Page): Promise<{ killed: Promise<unknown> }> {
  // Before it stands still: no session could begin then.
  const devTools = await page.context().newCDPSession(page);
  await page.route('**/stop', () => {
    // It is never answered, and neither is the other.
    devTools.send('Page.crash').catch(() => undefined);
  });
  return { killed: page.waitForEvent('crash') };
}

test('a tab killed at any step of a push leaves nothing half-visible, loses nothing acknowledged, and the push can be repeated', async ({
  browser,
}) => {
  const steps = await push(await browser.newPage(), 'whole', 0);
  // Two blobs of three requests each, and a manifest.
  expect(steps).toBeGreaterThan(2 * 3 * 3 + 3);

  let page = await browser.newPage();
  for (let nth = 1; nth <= steps; nth++) {
    const database = `killed-${nth}`;
    const acknowledged: string[] = [];
    const { killed } = await toBeKilled(page);
    push(page, database, nth, acknowledged).catch(() => undefined);
    await killed;
    await page.close();

    page = await browser.newPage();
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
