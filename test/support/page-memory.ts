import type { CDPSession } from 'playwright';
import type { Browser } from './browser.ts';

const MiB = 1024 * 1024;

/** Returns a figure of a page by its name in `Performance.getMetrics`. The domain `Performance` must be enabled. */
export async function metric(devTools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devTools.send('Performance.getMetrics');
  return metrics.find((one) => one.name === name)?.value ?? Number.NaN;
}

/** Returns the size of the heap of a page's script, in MiB. */
export const heapOf = async (devTools: CDPSession): Promise<number> => (await metric(devTools, 'JSHeapUsedSize')) / MiB;

/** Returns by how many MiB the process of a browser grew that grew the most since `before`, a result of `mostMemory()`. */
export function growthSince(browser: Browser, before: ReadonlyMap<number, number>): number {
  const grown = [...browser.mostMemory()].map(([id, most]) => most - (before.get(id) ?? 0));
  return Math.max(0, ...grown);
}
