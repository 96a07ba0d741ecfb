import { beforeAll, expect, it } from 'vitest';
import { bundled } from './bundle.ts';
import { describeWithWorkerd, startWorker } from './miniflare.ts';

describeWithWorkerd('a Worker of an old compatibility date that keeps its registry in a Durable Object', () => {
  let script: string;

  beforeAll(async () => {
    script = await bundled(new URL('old-date-worker.ts', import.meta.url));
  });

  async function said(compatibilityDate: string, compatibilityFlags: string[] = []): Promise<unknown> {
    const durableObjects = { RECORDS: { className: 'CoracleRecords', useSQLite: true } };
    const options = { compatibilityDate, compatibilityFlags, durableObjects, r2Buckets: ['PIECES'] };
    const worker = startWorker(script, options);
    try {
      return await (await fetch(await worker.ready)).json();
    } finally {
      await worker.dispose();
    }
  }

  it.each(['2022-01-31', '2024-04-02'])('is told which date it needs, with %s', async (date) => {
    const says = expect.stringMatching(
      /^durableObjectStorage cannot .*"compatibility_date": "2024-04-03", or a later one, in its wrangler\.jsonc\.$/,
    );
    expect(await said(date)).toEqual([says, says, says]);
  });

  it.each([
    ['2024-04-03', []],
    ['2024-04-02', ['rpc']],
  ])('needs no later one than %s %j', async (date, flags) => {
    const record = { key: 'a', version: 'v1', value: 1 };
    expect(await said(date, flags)).toEqual([{ ok: true }, [record], { entries: [record], more: false }]);
  });
});
