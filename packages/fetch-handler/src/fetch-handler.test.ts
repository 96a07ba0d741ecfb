import { describe, expect, it } from 'vitest';
import { header, requestTo, served } from '../test-support/served.ts';
import { createFetchHandler } from './index.ts';

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

  it('answers also where the engine fails in a way that nobody foresaw', async () => {
    const { engine } = served();
    const getLogo = () => {
      throw new Error('on fire');
    };
    const handler = createFetchHandler({ ...engine, distribution: { ...engine.distribution, getLogo } });
    const id = '00000000-0000-4000-8000-000000000000';
    const response = await handler(requestTo(`/logo/${id}/${id}.png`));
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('The registry failed: on fire\n');
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
