import { describe, expect, it } from 'vitest';
import { everyAnswer, header, requestTo, served } from '../test-support/served.ts';
import { createFetchHandler, type Failure } from './index.ts';

describe('the fetch handler', () => {
  it('says what it is', async () => {
    const { fetch } = served();
    const response = await fetch('/');
    expect(response.status).toBe(200);
    expect(header(response, 'content-type')).toBe('text/plain; charset=utf-8');
    const page = await response.text();
    for (const word of ['Coracle', '/v2/', '/token', '/logo/', 'SpencerFrontendService', 'X-Amz-Target']) {
      expect(page).toContain(word);
    }
    const head = await fetch('/', { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it.each(['/favicon.ico', '/v1/', '/v2x', '/tokens', '//v2/', '/V2/'])('has nothing at %s', async (path) => {
    const { engine } = served();
    const response = await createFetchHandler(engine)(new Request(`http://localhost:4747${path}`));
    expect(response.status).toBe(404);
    expect(await response.text()).toBe(`There is nothing at ${path}\n`);
  });

  it.each([
    ['PUT', '/', 'GET, HEAD, POST'],
    ['OPTIONS', '/', 'GET, HEAD, POST'],
    ['DELETE', '/token', 'GET, HEAD, POST'],
  ])('does not take %s %s', async (method, path, allow) => {
    const { fetch } = served();
    const response = await fetch(path, { method });
    expect(response.status).toBe(405);
    expect(header(response, 'allow')).toBe(allow);
  });

  it('rejects with the reason of a request that is aborted while a call is held back', async () => {
    const { engine } = served();
    const handler = createFetchHandler(engine);
    const held = engine.intercept('*', { delay: new Promise(() => undefined) });
    const controller = new AbortController();
    const answer = handler(requestTo('/v2/web/tags/list', { signal: controller.signal }));
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(handler(requestTo('/v2/web/tags/list', { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    held.stop();
    expect((await handler(requestTo('/v2/web/tags/list', { signal: controller.signal }))).status).toBe(404);
  });

  it('refuses a URL that a server made of a Host header which names no host', async () => {
    const request = Object.create(requestTo('/v2/'), { url: { value: 'http://1.2.3.999/v2/' } });
    for (const options of [{}, { cors: { origins: [] } }]) {
      const response = await createFetchHandler(served().engine, options)(request);
      expect(response.status).toBe(400);
      expect(await response.text()).toBe("'http://1.2.3.999/v2/' is not a URL\n");
    }
  });

  it('tells browsers to take each answer for what it says it is, and to keep it from other pages', async () => {
    const { fetch, call } = served();
    for (const response of [
      await fetch('/'),
      await fetch('/none'),
      await fetch('/v2/'),
      await fetch('/v2/web/manifests/none'),
      await fetch('/token'),
      await fetch('/logo/none'),
      await fetch('/', { method: 'PUT' }),
      await call('DescribeRegistries'),
      await call('None'),
    ]) {
      expect(Object.fromEntries(response.headers)).toMatchObject(everyAnswer);
    }
  });

  it('answers also where the engine fails in a way that nobody foresaw', async () => {
    const { engine } = served();
    const getLogo = () => {
      throw new Error('on fire');
    };
    const failures: Failure[] = [];
    const onError = (failure: Failure) => void failures.push(failure);
    const handler = createFetchHandler({ ...engine, distribution: { ...engine.distribution, getLogo } }, { onError });
    const id = '00000000-0000-4000-8000-000000000000';
    const response = await handler(requestTo(`/logo/${id}/${id}.png`));
    expect(response.status).toBe(500);
    expect(await response.text()).toBe(`The registry failed. Its log has the cause under the id ${failures[0]?.id}\n`);
    expect(failures).toEqual([{ id: expect.any(String), error: new Error('on fire') }]);
  });

  it('serves one registry to all who call it', async () => {
    const { engine, fetch, call } = served();
    await call('CreateRepository', { repositoryName: 'web' });
    const other = createFetchHandler(engine);
    const response = await other(requestTo('/v2/web/tags/list'));
    expect((await fetch('/v2/web/tags/list')).status).toBe(response.status);
    expect((await engine.ecrPublic.describeRepositories()).repositories).toHaveLength(1);
  });
});
