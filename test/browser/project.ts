import type { TestProjectInlineConfiguration } from 'vitest/config';
import type { BrowserProviderOption } from 'vitest/node';
import { type Engine, findBrowser } from '../../scripts/browsers.mjs';
import { chromiumOptions, firefoxOptions } from '../support/launch-options.ts';
import { webKitProvider } from '../support/webkit-provider.ts';

/** The files of the tests that run in pages, and of those that drive pages from Node. */
interface Files {
  readonly browser: string;
  readonly tabs?: string;
}

const all: Files = { browser: '{packages/*/src,test}/**/*.browser.test.ts', tabs: 'test/browser/*.test.ts' };
const ofStorage: Files = { browser: 'packages/storage-indexeddb/src/*.browser.test.ts' };

/**
 * The tests that need a browser: those that run inside a page (`browser`), and those that drive several pages from
 * Node, to reload and to kill them (`tabs`).
 *
 * `npm test` runs all of them in Chromium, and those of the storage in each engine. The matrix runs the rest.
 */
export const browserProjects = async (): Promise<TestProjectInlineConfiguration[]> =>
  (
    await Promise.all([projects('chromium', all), projects('firefox', ofStorage), projects('webkit', ofStorage)])
  ).flat();

/** All tests of browserProjects(), in the engines that are not Chromium. */
export const otherEngines = async (): Promise<TestProjectInlineConfiguration[]> =>
  (await Promise.all((['firefox', 'webkit'] as const).map((engine) => projects(engine, all)))).flat();

async function projects(engine: Engine, include: Files): Promise<TestProjectInlineConfiguration[]> {
  const named = (name: string) => (engine === 'chromium' ? name : `${name}-${engine}`);
  const provide = { engine };
  const program = await findBrowser(engine);
  if (program === undefined) {
    return [{ extends: true, test: { name: named('browser'), provide, include: ['test/browser/no-browser.ts'] } }];
  }
  const found: TestProjectInlineConfiguration[] = [
    {
      extends: true,
      test: {
        name: named('browser'),
        provide,
        include: [include.browser],
        exclude: ['**/node_modules/**'],
        testTimeout: 60_000,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: await provider(engine, program),
          instances: [{ browser: engine }],
        },
      },
    },
  ];
  if (include.tabs !== undefined) {
    found.push({
      extends: true,
      test: {
        name: named('tabs'),
        provide,
        include: [include.tabs],
        exclude: ['**/*.browser.test.ts'],
        // Firefox and WebKit are slower than Chromium.
        testTimeout: engine === 'chromium' ? 180_000 : 900_000,
        hookTimeout: 60_000,
      },
    });
  }
  return found;
}

async function provider(engine: Engine, program: string): Promise<BrowserProviderOption> {
  // Not imported for nothing: it takes a third of a second.
  const { playwright } = await import('@vitest/browser-playwright');
  if (engine === 'webkit') return webKitProvider(playwright());
  return playwright({ launchOptions: engine === 'chromium' ? chromiumOptions(program) : firefoxOptions(program) });
}
