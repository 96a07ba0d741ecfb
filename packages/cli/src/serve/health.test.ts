import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { type Access, type ServeOptions, serve } from '../index.ts';

async function serving(options: ServeOptions = {}) {
  const seen: Access[] = [];
  let told = () => {};
  const server = await serve({
    port: 0,
    ...options,
    onAccess: (access) => {
      seen.push(access);
      told();
    },
  });
  onTestFinished(() => server.close({ within: 0 }));
  const send = async (path: string, { body = '', ...options }: RequestOptions & { body?: string } = {}) => {
    const request = httpRequest(`${server.url}${path}`, { agent: false, ...options }).end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  /** Waits for the next request in the log. */
  const logged = () => new Promise<void>((resolve) => (told = resolve));
  return { ...server, seen, send, logged };
}

it('a health check is answered under every host, without a login, for every page', async () => {
  const { send } = await serving();
  for (const headers of [{}, { host: 'attacker.example' }, { host: 'a b' }, { 'sec-fetch-site': 'cross-site' }]) {
    const { status, body, headers: received } = await send('/healthz', { headers });
    expect([status, JSON.parse(body)]).toEqual([200, { status: 'ok' }]);
    expect(received['content-type']).toBe('application/json');
  }
  const head = await send('/healthz?verbose', { method: 'HEAD' });
  expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '16']);
});

it('a health check cannot be made by another method, also if that has a body', async () => {
  const { send, seen, logged } = await serving();
  const inLog = logged();
  const { status, headers, body } = await send('/healthz', { method: 'POST', body: 'a'.repeat(100_000) });
  expect([status, headers.allow, body]).toEqual([405, 'GET, HEAD', 'A health check is a GET or a HEAD\n']);
  await inLog;
  expect(seen).toMatchObject([{ path: '/healthz', status: 405 }]);
});

it('a health check that succeeds is not in the log', async () => {
  const { send, seen, logged } = await serving();
  const inLog = logged();
  await send('/healthz');
  await send('/healthz', { method: 'HEAD' });
  await send('/healthz/');
  await inLog;
  expect(seen.map(({ path }) => path)).toEqual(['/healthz/']);
});

it('a repository can be called healthz', async () => {
  const { send, registry } = await serving({ registryAlias: 'healthz' });
  await registry.seed({ private: { healthz: ['v1'] }, public: { healthz: ['v1'] } });
  expect((await send('/v2/healthz/tags/list', { auth: 'AWS:any' })).body).toContain('v1');
  expect((await send('/v2/healthz/healthz/tags/list', { auth: 'AWS:any' })).body).toContain('v1');
});
