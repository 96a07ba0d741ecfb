import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundled } from '../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../workers/miniflare.ts';

describeWithWorkerd('a Worker with options that cannot be used', () => {
  let worker: ReturnType<typeof startWorker>;
  let url: URL;

  beforeAll(async () => {
    worker = startWorker(await bundled(new URL('unusable-worker.ts', import.meta.url)), {});
    url = await worker.ready;
  });
  afterAll(() => worker?.dispose());

  it('says so when it is loaded, if the options themselves are invalid', async () => {
    const response = await fetch(url);
    expect(await response.text()).toBe("TypeError: registryWorker has no option 'regon'; did you mean 'region'?");
  });

  it.each([
    ['storage', 'The function storage of registryWorker must return a storage, such as kvStorage(env.KV)'],
    ['access', "The function access of registryWorker must return 'open' or an object such as { users: ["],
  ])('answers each request with 503, if the function %s returns nothing', async (name, sentence) => {
    const response = await fetch(new URL(`/${name}/`, url));
    expect(response.status).toBe(503);
    expect(await response.text()).toContain(sentence);
  });
});
