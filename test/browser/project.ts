import type { TestProjectInlineConfiguration } from 'vitest/config';
import { findChromium } from '../../scripts/chromium.mjs';
import { chromiumArguments } from '../support/chromium-arguments.ts';

/**
 * The tests that need a Chromium: those that run inside a page (`browser`), and those that drive several pages from
 * Node, to reload and to kill them (`tabs`).
 */
export async function browserProjects(): Promise<TestProjectInlineConfiguration[]> {
  const executablePath = await findChromium();
  if (executablePath === undefined) {
    return [{ extends: true, test: { name: 'browser', include: ['test/browser/no-chromium.ts'] } }];
  }
  // Not imported for nothing: it takes a third of a second.
  const { playwright } = await import('@vitest/browser-playwright');
  return [
    {
      extends: true,
      test: {
        name: 'browser',
        include: ['{packages/*/src,test}/**/*.browser.test.ts'],
        exclude: ['**/node_modules/**'],
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({ launchOptions: { executablePath, args: [...chromiumArguments] } }),
          instances: [{ browser: 'chromium' }],
        },
      },
    },
    {
      extends: true,
      test: {
        name: 'tabs',
        include: ['test/browser/*.test.ts'],
        exclude: ['**/*.browser.test.ts'],
        testTimeout: 180_000,
        hookTimeout: 60_000,
      },
    },
  ];
}
