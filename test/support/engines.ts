import { chromium, firefox, type Page } from 'playwright';
import { type Engine, findBrowser, howToInstall } from '../../scripts/browsers.mjs';
import { chromiumOptions, type FirefoxPreferences, firefoxOptions } from './launch-options.ts';
import { leaderWith } from './process-group.ts';
import { launchWebKit } from './webkit.ts';

export type { Engine };

/** A page in any engine. In Chromium and Firefox it is a page of Playwright's, and has its other methods too. */
export type Tab = Pick<Page, 'close' | 'evaluate' | 'exposeFunction' | 'goto' | 'reload' | 'url'>;

/** A browser with a profile on the disk. */
export interface RunningBrowser {
  newPage(): Promise<Tab>;
  close(): Promise<void>;
  /** Returns the id of the group of all its processes, on Linux. */
  group(): number;
}

/** How little room a browser has. */
export interface LaunchSettings {
  readonly firefoxPreferences?: FirefoxPreferences;
  /** The size of the disk of WebKit's profile, in MiB. */
  readonly webKitDisk?: number;
}

/**
 * Starts the browser of an engine.
 * @param profile the folder of its profile, which another browser of the same engine may have used before
 * @throws Error if this machine does not have the engine
 */
export async function launch(
  engine: Engine,
  profile: string,
  { firefoxPreferences = {}, webKitDisk }: LaunchSettings = {},
): Promise<RunningBrowser> {
  // As far as the tests use it, a page of WebKit is one of Playwright's.
  if (engine === 'webkit') return (await launchWebKit(profile, webKitDisk)) as unknown as RunningBrowser;
  const program = await findBrowser(engine);
  if (program === undefined) throw new Error(`There is no ${engine} here: ${howToInstall[engine]}.`);
  const context =
    engine === 'chromium'
      ? await chromium.launchPersistentContext(profile, chromiumOptions(program))
      : await firefox.launchPersistentContext(profile, firefoxOptions(program, firefoxPreferences));
  return {
    newPage: () => context.newPage(),
    close: () => context.close(),
    // Playwright gives no process, but names the profile in its command line.
    group: () => leaderWith(profile),
  };
}
