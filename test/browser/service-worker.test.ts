import { expect } from 'vitest';
import { test } from './given.ts';
import { classicSite, moduleSite, serve } from './service-worker-site.ts';

/** The registry of the README's worker. The host does not exist. */
const host = 'registry.example';

test.for([
  ['a module', moduleSite],
  ['a classic script', classicSite],
] as const)(
  'a service worker that is %s lets the AWS SDK and /v2/ push, list and pull, also without a server, after a reload and in a second tab',
  async ([, start], { browser }) => {
    const site = await start();
    const first = await browser.newPage();
    await first.goto(site.url);
    const pushed = await first.evaluate(async (host) => {
      const { clientOf, push } = await ready;
      return push(clientOf(`https://${host}`), 'v1');
    }, host);

    await site.stop();
    await first.reload();
    const found = await first.evaluate(async (host) => {
      const { clientOf, list, push } = await ready;
      const client = clientOf(`https://${host}`);
      return [await list(client), await push(client, 'v2')] as const;
    }, host);
    expect(found[0]).toEqual({ v1: pushed });

    const second = await browser.newPage();
    await second.goto(site.url);
    const all = { v1: pushed, v2: found[1] };
    for (const page of [first, second]) {
      const seen = await page.evaluate(async (host) => {
        const { clientOf, list, pull, repositoryAt } = await ready;
        const client = clientOf(`https://${host}`);
        const repository = await repositoryAt(host);
        const pulled = { v1: await pull(repository, 'v1'), v2: await pull(repository, 'v2') };
        return { listed: await list(client), pulled };
      }, host);
      expect(seen).toEqual({ listed: all, pulled: all });
    }
  },
);

test('a client of the AWS SDK that knows no endpoint uses the registry at the hosts of AWS', async ({ browser }) => {
  const site = await moduleSite('https://public.ecr.aws', (program) =>
    program
      .replace('import { answerFetches }', 'import { answerFetches, awsHosts }')
      .replace("hosts: ['registry.example']", 'hosts: awsHosts'),
  );
  const page = await browser.newPage();
  await page.goto(site.url);
  const { pushed, pulled } = await page.evaluate(async () => {
    const { clientOf, pull, push, repositoryAt } = await ready;
    const pushed = await push(clientOf(), 'v1');
    return { pushed, pulled: await pull(await repositoryAt('public.ecr.aws'), 'v1') };
  });
  expect(pulled).toBe(pushed);
});

test('requests to the hosts of the registry never go to the network, and all other requests do', async ({
  browser,
}) => {
  const [own, other] = [await serve({}), await serve({ '/v2/': 'other' })];
  const site = await moduleSite(`http://${own.host}`, (program) =>
    program
      .replace('import { createRegistry }', 'import { createRegistry, networkError }')
      .replace('answerFetches(registry', "registry.intercept('getTags', { fail: networkError('ECONNRESET') });\n$&")
      .replace('answerFetches(registry', 'const stop = $&')
      .replace("'registry.example'", `'${own.host}'`)
      .concat("self.addEventListener('message', ({ data, source }) => data === 'stop' && source.postMessage(stop()));"),
  );
  const page = await browser.newPage();
  await page.goto(site.url);
  const ask = (url: string) =>
    page.evaluate(async (url) => {
      await ready;
      return fetch(url).then(
        async (answer) => `${answer.status} ${await answer.text()}`,
        (error) => error.name,
      );
    }, url);

  expect(await ask(`${own.url}v2/`)).toMatch(/^401 .*UNAUTHORIZED/);
  expect(await ask(`${own.url}v2/ghost/manifests/v1`)).toMatch(/^404 .*NAME_UNKNOWN/);
  expect(await ask(`${own.url}nothing`)).toMatch(/^404 /);
  expect(await ask(`${own.url}v2/ghost/tags/list`)).toBe('TypeError');
  expect(own.requests).toEqual([]);
  expect(await ask(`${other.url}v2/`)).toBe('200 other');
  expect(other.requests).toEqual(['/v2/']);

  await page.evaluate(async () => {
    const { serviceWorker } = navigator;
    const stopped = new Promise((resolve) => serviceWorker.addEventListener('message', resolve, { once: true }));
    serviceWorker.startMessages();
    serviceWorker.controller?.postMessage('stop');
    await stopped;
  });
  expect(await ask(`${own.url}v2/`)).toMatch(/^404/);
  expect(own.requests).toEqual(['/v2/']);
});
