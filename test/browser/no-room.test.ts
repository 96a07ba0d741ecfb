import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Browser, startBrowser } from '../support/browser.ts';
import { run } from '../support/commands.ts';
import { describeUnless } from '../support/engine-groups.ts';
import { skipGroup } from '../support/groups.ts';

const MiB = 1024 * 1024;

const canMount = await run('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).then(
  ({ code }) => code === 0,
  () => false,
);
const name = 'a browser that has no more space';

if (inject('engine') === 'webkit' && !canMount) skipGroup(`${name}, in webkit`, 'nothing can be mounted', 'tmpfs');
else describeUnless({ chromium: 'on-disk.test.ts limits its space by its DevTools' }, name, describeNoRoom);

function describeNoRoom(): void {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser(fileURLToPath(new URL('page.ts', import.meta.url)), {
      engine: inject('engine'),
      // In KiB. A site gets a fifth of them, and at least 10 MiB.
      firefoxPreferences: { 'dom.quotaManager.temporaryStorage.fixedLimit': 51_200 },
      webKitDisk: 64,
    });
  });
  afterAll(() => browser?.close());

  it('leaves nothing of refused commits and pieces, reads on, and goes on writing when it has space again', async () => {
    const page = await browser.newPage();
    const filled = await page.evaluate(async (MiB) => {
      const { indexedDbStorage, noise } = coracle;
      const { records, bytes } = indexedDbStorage('full');
      await records.commit({ put: [{ key: 'kept', version: '1', value: 'kept' }] });
      const refused: string[] = [];
      let pieces = 0;
      // IndexedDB compresses bytes that are all the same.
      const put = () => bytes.put(`filler-${pieces}`, noise(2 * MiB)).then(() => pieces++);
      while (refused.length === 0) await put().catch((error: Error) => refused.push(error.name));
      return { pieces, refused };
    }, MiB);
    expect(filled.refused).toEqual(['QuotaExceededError']);
    expect(filled.pieces).toBeGreaterThan(1);

    const refusals = await page.evaluate(async (MiB) => {
      const { indexedDbStorage, noise } = coracle;
      const { records, bytes } = indexedDbStorage('full');
      const piece = noise(8 * MiB);
      const text = (i: number) => String.fromCharCode(...piece.subarray(i * 30_000, (i + 1) * 30_000));
      const put = Array.from({ length: 200 }, (_, i) => ({ key: `many/${i}`, version: '2', value: text(i) }));
      const calls = [() => records.commit({ put, remove: ['kept'] }), () => bytes.put('piece', piece)];
      const seen: unknown[] = [];
      for (const call of [...calls, ...calls, ...calls]) {
        const [refused, says] = await call().then(
          () => ['not refused', ''],
          (error: Error) => [error.name, error.message],
        );
        const left = [
          (await records.getMany(['kept'])).map((one) => one?.value),
          (await records.list({ prefix: 'many/', limit: 1000 })).entries.length,
          await bytes.get('piece'),
        ];
        seen.push({ refused, says: says?.includes('Nothing was written. Delete images'), left });
      }
      return seen;
    }, MiB);
    const refusal = { refused: 'QuotaExceededError', says: true, left: [['kept'], 0, undefined] };
    expect(refusals).toEqual(Array.from({ length: 6 }, () => refusal));

    // A small commit is refused at its end, and not at one of its writes. Some still find room at first.
    const outcomes = await page.evaluate(async () => {
      const { indexedDbStorage, sixRecords } = coracle;
      const { records } = indexedDbStorage('full');
      const outcomes: string[] = [];
      for (let refused = 0, i = 0; refused < 6; i++) {
        const outcome = await records.commit({ put: sixRecords(`few/${i}`) }).then(
          () => 'committed',
          (error: Error) => error.name,
        );
        if (outcome !== 'committed') refused++;
        const { entries } = await records.list({ prefix: `few/${i}/`, limit: 1000 });
        outcomes.push(`${outcome}, ${entries.length} left`);
      }
      return outcomes;
    });
    const isRight = (outcome: string) => ['committed, 6 left', 'QuotaExceededError, 0 left'].includes(outcome);
    expect(outcomes.filter((outcome) => !isRight(outcome))).toEqual([]);

    // A disk that is quite full takes no removal either.
    if (browser.engine === 'webkit') await rm(browser.profileFile('filler'));
    await page.evaluate(async (pieces) => {
      const { indexedDbStorage, noise } = coracle;
      const { records, bytes } = indexedDbStorage('full');
      for (let i = 0; i < pieces; i++) await bytes.remove([`filler-${i}`]);
      await records.commit({ put: [{ key: 'later', version: '1', value: 'later' }] });
      await bytes.put('piece', noise(1_000_000));
    }, filled.pieces);
    await page.reload();
    const after = await page.evaluate(async () => {
      const { records, bytes } = coracle.indexedDbStorage('full');
      const values = (await records.getMany(['kept', 'later'])).map((one) => one?.value);
      return [...values, (await bytes.get('piece'))?.length];
    });
    expect(after).toEqual(['kept', 'later', 1_000_000]);
  });
}
