import { fileURLToPath } from 'node:url';
import { test as base, inject } from 'vitest';
import { type Browser, startBrowser } from '../support/browser.ts';

declare global {
  /** In the pages, not here. */
  var coracle: typeof import('./page.ts');
}

/** A test that has a browser of its own, in the engine of its project. */
export const test = base.extend<{ readonly browser: Browser }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  browser: async ({}, use) => {
    const browser = await startBrowser(fileURLToPath(new URL('page.ts', import.meta.url)), {
      engine: inject('engine'),
    });
    await use(browser);
    await browser.close();
  },
});
