import { fileURLToPath } from 'node:url';
import { test as base } from 'vitest';
import { type Browser, startBrowser } from '../support/browser.ts';

declare global {
  /** In the pages, not here. */
  var coracle: typeof import('./page.ts');
}

/** A test that has a browser of its own. */
export const test = base.extend<{ readonly browser: Browser }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  browser: async ({}, use) => {
    const browser = await startBrowser(fileURLToPath(new URL('page.ts', import.meta.url)));
    await use(browser);
    await browser.close();
  },
});
