import type { LaunchOptions } from 'playwright';

/** How every Chromium of the tests is started: as root too, and without a word to anyone outside. */
const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const chromiumOptions = (executablePath: string): LaunchOptions => ({
  executablePath,
  args: [...chromiumArguments],
});

export interface FirefoxPreferences {
  readonly [name: string]: string | number | boolean;
}

export const firefoxOptions = (executablePath: string, preferences: FirefoxPreferences = {}): LaunchOptions => ({
  // Firefox as Debian and Mozilla build it, by WebDriver BiDi. Playwright's other way needs a Firefox of its own.
  channel: 'moz-firefox',
  executablePath,
  firefoxUserPrefs: {
    // Without a person, navigator.storage.persist() would wait for an answer forever.
    'dom.storageManager.prompt.testing': true,
    'dom.storageManager.prompt.testing.allow': true,
    ...preferences,
  },
});
