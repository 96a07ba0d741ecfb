import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll } from 'vitest';
import { bundled } from '../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../workers/miniflare.ts';
import { refusesEarly } from './early-refusals.ts';

describeWithWorkerd('a Worker', () => {
  let worker: Miniflare;
  let url: string;

  beforeAll(async () => {
    worker = startWorker(await bundled(new URL('worker.ts', import.meta.url)), { host: '127.0.0.1', port: 0 });
    url = (await worker.ready).href;
    const created = await fetch(url, {
      method: 'POST',
      headers: {
        'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.CreateRepository',
        'content-type': 'application/x-amz-json-1.1',
      },
      body: JSON.stringify({ repositoryName: 'there' }),
    });
    if (!created.ok) throw new Error(await created.text());
  });
  afterAll(() => worker.dispose());

  refusesEarly(() => url, { closesUnsaid: true });
});
