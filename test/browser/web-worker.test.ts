import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CDPSession, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type Browser, startBrowser } from '../support/browser.ts';
import { growthSince, heapOf, metric } from '../support/page-memory.ts';
import { writeSparseArchive } from '../support/sparse-archive.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { noise } from './noise.ts';

type InPage = typeof import('./web-worker-page.ts');

const MiB = 1024 * 1024;
const parts = 25;
const partBytes = 8 * MiB;

let browser: Browser;

beforeAll(async () => {
  const script = fileURLToPath(new URL('web-worker-page.ts', import.meta.url));
  browser = await startBrowser(script, { engine: inject('engine') });
});

afterAll(() => browser.close());

async function watched(page: Page, timeDomain: 'threadTicks' | 'timeTicks'): Promise<CDPSession> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain });
  return devTools;
}

/** The digest of `blobOf(parts, partBytes)`. */
function digestOfParts(): string {
  const hash = createHash('sha256');
  const part = noise(partBytes);
  for (let i = 0; i < parts; i++) {
    part[0] = i;
    hash.update(part);
  }
  return `sha256:${hash.digest('hex')}`;
}

// Only Chromium reports long tasks, and tells how long a thread has worked and how large its heap is.
describe.skipIf(inject('engine') !== 'chromium')('the page of a registry in a worker', () => {
  // A task can also be long because another program has the processor. So the time counts in which the page's thread has
  // really worked: in all tasks together less than one long task. And one push of three must have no long task at all.
  it.each(['dedicated', 'shared'] as const)(
    'has no long task while a Blob of 200 MiB is pushed to a %s worker',
    async (kind) => {
      const page = (await browser.newPage()) as Page;
      const devTools = await watched(page, 'threadTicks');
      await page.exposeFunction('worked', async () => (await metric(devTools, 'TaskDuration')) * 1000);
      const { busy, pushes } = await page.evaluate(
        async ([kind, parts, partBytes, digest]) => {
          const { blobOf, connect, longTasksDuring, push } = coracle as unknown as InPage;
          const { worked } = globalThis as unknown as { worked: () => Promise<number> };
          const measured = async (work: () => Promise<unknown>) => {
            const before = await worked();
            const longTasks = await longTasksDuring(work);
            return { longTasks, milliseconds: (await worked()) - before };
          };
          const busy = await measured(async () => {
            await new Promise((resolve) => setTimeout(resolve));
            const end = performance.now() + 200;
            while (performance.now() < end);
          });
          const registry = await connect(kind);
          const blob = blobOf(parts, partBytes);
          const pushes: { status: number; longTasks: number[]; milliseconds: number }[] = [];
          do {
            let status = 0;
            const figures = await measured(async () => {
              status = await push(registry, blob, digest);
            });
            pushes.push({ status, ...figures });
          } while (pushes.at(-1)?.longTasks.length && pushes.length < 3);
          return { busy, pushes };
        },
        [kind, parts, partBytes, digestOfParts()] as const,
      );
      expect(busy.longTasks).toHaveLength(1);
      expect(busy.milliseconds).toBeGreaterThan(1);
      expect(pushes.at(-1)).toMatchObject({ status: 201, longTasks: [] });
      expect(Math.min(...pushes.map(({ milliseconds }) => milliseconds))).toBeLessThan(50);
    },
  );

  it('has a heap of less than 50 MiB while a File of 1 GiB is imported', async () => {
    const folder = await temporaryFolder();
    onTestFinished(() => folder.remove());
    const path = join(folder.path, 'image.tar');
    const digest = await writeSparseArchive(path, 1024 * MiB);
    const page = (await browser.newPage()) as Page;
    const devTools = await watched(page, 'timeTicks');
    await page.evaluate(() => document.body.append(Object.assign(document.createElement('input'), { type: 'file' })));
    await page.locator('input').setInputFiles(path);
    const before = browser.mostMemory();
    const heaps: number[] = [];
    await page.exposeFunction('reported', async () => {
      heaps.push(await heapOf(devTools));
    });
    const imported = await page.evaluate(async () => {
      const { connect, importChosen } = coracle as unknown as InPage;
      const { reported } = globalThis as unknown as { reported: () => Promise<void> };
      return importChosen(await connect('dedicated'), reported);
    });
    expect(imported).toBe(digest);
    expect(heaps.length).toBeGreaterThan(10);
    expect(Math.max(...heaps)).toBeLessThan(50);
    // Nor may the bytes be elsewhere: arrays are not on that heap. The worker is in the same process, which frees the
    // memory of what it has written late.
    expect(growthSince(browser, before)).toBeLessThan(512);
  });
});
