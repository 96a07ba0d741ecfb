import { existsSync } from 'node:fs';
import { canRun, namedIn, onPath } from './programs.mjs';
import { collect, isMain, run } from './tools.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const paths = [
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * The path of a Chromium: what TESTS_CHROMIUM names, else one on the PATH, else in its usual place, else the one that
 * Playwright has downloaded. It starts nothing.
 */
export async function findChromium() {
  const installed = namedIn('TESTS_CHROMIUM') ?? onPath(...names) ?? paths.find(canRun);
  if (installed) return installed;
  // Half a second to load, which most machines never need.
  const { chromium } = await import('playwright');
  return [chromium.executablePath()].find(canRun);
}

/** Downloads Playwright's Chromium. If that fails, installs Debian's, which needs root. */
async function fetchChromium() {
  console.log('There is no Chromium here. Downloading the one that Playwright offers …');
  const impatient = { env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' } };
  const { ok } = await collect('playwright', ['install', 'chromium', '--no-shell'], impatient);
  if (ok || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  console.log('That one cannot be had. Installing the one that Debian offers …');
  const debian = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  run('apt-get', ['update', '-qq', ...wait], debian);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wait, 'chromium'], debian);
}

/** Finds or installs a Chromium. If neither works, the tests go on without one, and say so. */
export async function ensureChromium() {
  if ((await findChromium()) === undefined) await fetchChromium();
  console.log((await findChromium()) ?? 'No Chromium could be had.');
  return true;
}

if (isMain(import.meta.url)) await ensureChromium();
