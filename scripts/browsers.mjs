import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from './chromium.mjs';

const canRun = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (...names) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(canRun);

/** Returns the MiniBrowser of WebKitGTK, which Debian keeps in a folder of the machine's architecture. */
function findMiniBrowser() {
  try {
    return readdirSync('/usr/lib', { recursive: false })
      .flatMap((folder) => ['4.1', '4.0', '6.0'].map((api) => `/usr/lib/${folder}/webkit2gtk-${api}/MiniBrowser`))
      .find(canRun);
  } catch {
    return undefined;
  }
}

function named(variable) {
  const path = process.env[variable];
  if (!path) return undefined;
  if (canRun(path)) return path;
  throw new Error(`${variable} names ${path}, which cannot be run. Name a browser, or unset ${variable}.`);
}

const finders = {
  chromium: findChromium,
  firefox: async () => named('TESTS_FIREFOX') ?? onPath('firefox-esr', 'firefox'),
  // Its windows need a screen, and the tests show them on one that nobody sees.
  webkit: async () => (onPath('Xvfb') ? (named('TESTS_WEBKIT') ?? findMiniBrowser()) : undefined),
};

/** Returns the path of the browser program of an engine, or undefined if this machine does not have it. */
export const findBrowser = (engine) => finders[engine]();

/** The words that tell how to install a missing engine. */
export const howToInstall = {
  chromium: 'install Chromium, or name it in TESTS_CHROMIUM',
  firefox: 'install Firefox (firefox-esr in Debian), or name it in TESTS_FIREFOX',
  webkit: 'install WebKitGTK’s MiniBrowser and Xvfb (webkit2gtk-driver and xvfb in Debian)',
};
