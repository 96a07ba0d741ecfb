import { fileURLToPath } from 'node:url';
import { findChromium } from '../../scripts/chromium.mjs';
import { startBrowser } from '../support/browser.ts';
import { median, ms, type Row } from './measure.ts';

const mebibytes = 200;
const pushes = 6;
const rounds = 100;
const kinds = ['memory', 'IndexedDB'] as const;
const callBound = { atMost: 0.3 };
const pushBound = { atLeast: 0.9 };
const call = (kind: string) =>
  `DescribeRepositories on ${kind} through a worker against a call in the page in Chromium: milliseconds more`;
const push = `a Blob of ${mebibytes} MiB pushed to /v2/ through a worker against a push in the page, on IndexedDB, in speed`;

/** A registry in a dedicated worker against one in the page, in one page of a real Chromium, on the disk. */
export async function webWorker(progress: (text: string) => void): Promise<Row[]> {
  if ((await findChromium()) === undefined) {
    const figures = 'skipped: there is no Chromium here';
    return [
      ...kinds.map((kind) => ({ what: call(kind), ratio: undefined, bound: callBound, figures })),
      { what: push, ratio: undefined, bound: pushBound, figures },
    ];
  }
  // The page imports the built packages, as users do.
  const browser = await startBrowser(fileURLToPath(new URL('web-worker-page.ts', import.meta.url)), { conditions: [] });
  try {
    const page = await browser.newPage();
    const rows: Row[] = [];
    for (const kind of kinds) {
      progress(`webWorker: calls on ${kind}`);
      const [inPage = Number.NaN, inWorker = Number.NaN] = await page.evaluate<number[]>(
        `coracle.callTimes('${kind}', ${rounds})`,
      );
      const figures = `${ms(inWorker)} against ${ms(inPage)}`;
      rows.push({ what: call(kind), ratio: inWorker - inPage, bound: callBound, figures });
    }
    progress('webWorker: pushes');
    const [inPage = [], inWorker = []] = await page.evaluate<number[][]>(`coracle.pushTimes(${mebibytes}, ${pushes})`);
    const speed = (times: readonly number[]) => `${((mebibytes / median(times)) * 1000).toFixed(0)} MiB/s`;
    const ratio = median(inPage) / median(inWorker);
    rows.push({ what: push, ratio, bound: pushBound, figures: `${speed(inWorker)} against ${speed(inPage)}` });
    return rows;
  } finally {
    await browser.close();
  }
}
