import { fileURLToPath } from 'node:url';
import { findChromium } from '../../scripts/chromium.mjs';
import { startBrowser } from '../support/browser.ts';
import type { PieceTimes } from './indexeddb-page.ts';
import { median, type Row } from './measure.ts';

const mebibytes = 8;
const rounds = 36;
const parts = 25;
const bound = { atLeast: 0.85 };
const pieces = '8 MiB put and got in indexedDbStorage against raw IndexedDB in Chromium, in speed';
const push = 'a layer of 200 MiB pushed to a registry on indexedDbStorage against raw puts of its pieces, in speed';

/** The storage against IndexedDB by hand, in one page of a real Chromium, on the disk. */
export async function indexedDb(progress: (text: string) => void): Promise<Row[]> {
  if ((await findChromium()) === undefined) {
    const figures = 'skipped: there is no Chromium here';
    return [pieces, push].map((what) => ({ what, ratio: undefined, bound, figures }));
  }
  // The page imports the built packages, as users do.
  const browser = await startBrowser(fileURLToPath(new URL('indexeddb-page.ts', import.meta.url)), { conditions: [] });
  try {
    const page = await browser.newPage();
    progress('indexedDb: pieces');
    const times = await page.evaluate<PieceTimes>(`coracle.pieceTimes(${rounds})`);
    progress('indexedDb: pushes');
    const pushes = await page.evaluate<number[]>(`coracle.pushTimes(${parts}, 3)`);
    const middle = (name: string, of: 'put' | 'get') => median((times[name] ?? []).map((time) => time[of]));
    const round = (name: string) => middle(name, 'put') + middle(name, 'get');
    const speed = (size: number, time: number) => `${((size / time) * 1000).toFixed(0)} MiB/s`;
    const speeds = (name: string) =>
      `put ${speed(mebibytes, middle(name, 'put'))}, get ${speed(mebibytes, middle(name, 'get'))}`;
    return [
      {
        what: pieces,
        ratio: round('Uint8Array') / round('storage'),
        bound,
        figures: `${speeds('storage')} against ${speeds('Uint8Array')}; with Blobs, which the storage does not use: ${speeds('Blob')}`,
      },
      {
        what: push,
        ratio: (parts * middle('Uint8Array', 'put')) / median(pushes),
        bound: { atLeast: 0.4 },
        figures: `${speed(parts * mebibytes, median(pushes))} against ${speed(mebibytes, middle('Uint8Array', 'put'))}`,
      },
    ];
  } finally {
    await browser.close();
  }
}
