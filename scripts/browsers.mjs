import { readdirSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { canRun, namedIn, onPath } from './programs.mjs';

/** Returns the MiniBrowser of WebKitGTK, which Debian keeps in a folder of the machine's architecture. */
function findMiniBrowser() {
  try {
    return readdirSync('/usr/lib')
      .flatMap((folder) => ['4.1', '4.0', '6.0'].map((api) => `/usr/lib/${folder}/webkit2gtk-${api}/MiniBrowser`))
      .find(canRun);
  } catch {
    return undefined;
  }
}

const finders = {
  chromium: findChromium,
  firefox: async () => namedIn('TESTS_FIREFOX') ?? onPath('firefox-esr', 'firefox'),
  // Its windows need a screen, and the tests show them on one that nobody sees.
  webkit: async () => (onPath('Xvfb') ? (namedIn('TESTS_WEBKIT') ?? findMiniBrowser()) : undefined),
};

/** Returns the path of the browser program of an engine, or undefined if this machine does not have it. */
export const findBrowser = (engine) => finders[engine]();

/** The words that tell how to install a missing engine. */
export const howToInstall = {
  chromium: 'install Chromium, or name it in TESTS_CHROMIUM',
  firefox: 'install Firefox (firefox-esr in Debian), or name it in TESTS_FIREFOX',
  webkit: 'install WebKitGTK’s MiniBrowser and Xvfb (webkit2gtk-driver and xvfb in Debian)',
};
