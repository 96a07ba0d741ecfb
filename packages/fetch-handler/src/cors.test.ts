import { describe, expect, it } from 'vitest';
import { header, origin, served } from '../test-support/served.ts';
import type { FetchHandlerOptions } from './index.ts';

const app = 'https://app.example.com';
const preflight = (origin: string, headers = 'authorization,content-type,x-amz-target,amz-sdk-request') => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': headers,
  },
});

describe('CORS', () => {
  it('is off by default', async () => {
    const { fetch } = served();
    const refused = await fetch('/', preflight(app));
    expect(refused.status).toBe(405);
    const answered = await fetch('/v2/', { headers: { origin: app } });
    for (const response of [refused, answered]) {
      expect(
        [...response.headers.keys()].filter((name) => name.startsWith('access-control-') || name === 'vary'),
      ).toEqual([]);
    }
  });

  it.each(['/', '/v2/', '/v2/team/web/blobs/uploads/', '/token'])('answers the preflight of %s', async (path) => {
    const { fetch } = served({ cors: { origins: [app] } });
    const response = await fetch(path, preflight(app));
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect(Object.fromEntries(response.headers)).toEqual({
      'access-control-allow-origin': app,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization,content-type,x-amz-target,amz-sdk-request',
      'access-control-max-age': '7200',
      vary: 'Origin, Access-Control-Request-Headers',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
  });

  it('lets the page read the answer, failures too', async () => {
    const { fetch, call } = served({ cors: { origins: ['http://localhost:5173', app] } });
    for (const response of [
      await call('DescribeRegistries', {}, { origin: app }),
      await call('DescribeImages', {}, { origin: app }),
      await fetch('/v2/', { headers: { origin: app } }),
      await fetch('/v2/none/manifests/v1', { method: 'HEAD', headers: { origin: app } }),
      await fetch('/nothing', { headers: { origin: app } }),
    ]) {
      expect(header(response, 'access-control-allow-origin')).toBe(app);
      expect(header(response, 'vary')).toBe('Origin');
      const exposed = header(response, 'access-control-expose-headers')?.split(', ');
      for (const name of ['x-amzn-requestid', 'docker-content-digest', 'link', 'location', 'range', 'oci-subject']) {
        expect(exposed).toContain(name);
      }
    }
  });

  it('is for the given origins only', async () => {
    const { fetch } = served({ cors: { origins: [app] } });
    for (const other of ['https://evil.example.com', 'http://app.example.com', `${app}.evil.example`, 'null']) {
      const refused = await fetch('/', preflight(other));
      expect(refused.status).toBe(403);
      expect(await refused.text()).toBe(`Pages of ${other} may not use this registry: it is not one of cors.origins\n`);
      expect(header(refused, 'vary')).toBe('Origin');
      const answered = await fetch('/v2/', { headers: { origin: other } });
      expect(header(answered, 'access-control-allow-origin')).toBeNull();
      expect(header(answered, 'vary')).toBe('Origin');
    }
  });

  it('may be for all', async () => {
    const { fetch } = served({ cors: { origins: '*' } });
    const answered = await fetch('/v2/', { headers: { origin: 'null' } });
    expect(header(answered, 'access-control-allow-origin')).toBe('*');
    expect(header(answered, 'vary')).toBeNull();
    expect(header(await fetch('/', preflight(app)), 'access-control-allow-origin')).toBe('*');
  });

  it.each([
    ['an origin that is allowed', [app], app, 'cross-origin'],
    ['every origin', '*' as const, undefined, 'cross-origin'],
    ['another origin', [app], 'https://evil.example', 'same-origin'],
    ['no page', [app], undefined, 'same-origin'],
  ])('lets pages show the answers to %s', async (_, origins, given, policy) => {
    const { fetch } = served({ cors: { origins } });
    const response = await fetch('/', given === undefined ? {} : { headers: { origin: given } });
    expect(header(response, 'cross-origin-resource-policy')).toBe(policy);
  });

  it('leaves requests that are not from a page alone', async () => {
    const { fetch } = served({ cors: { origins: [app] } });
    expect(header(await fetch('/v2/'), 'access-control-allow-origin')).toBeNull();
    expect((await fetch('/', { method: 'OPTIONS' })).status).toBe(405);
    expect((await fetch('/', { method: 'OPTIONS', headers: { origin: app } })).status).toBe(405);
  });
});

describe('a request of a page that changes something', () => {
  const create = (headers: Record<string, string>, cors: FetchHandlerOptions['cors'], endpoint?: string) =>
    served(cors === undefined ? {} : { cors }, endpoint === undefined ? {} : { endpoint }).call(
      'CreateRepository',
      { repositoryName: 'web' },
      headers,
    );
  const evil = { origin: 'https://evil.example' };

  it('is refused if its origin is not allowed', async () => {
    const { fetch, call } = served({ cors: { origins: [app] } });
    const refused = await call('CreateRepository', { repositoryName: 'web' }, evil);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({
      __type: 'AccessDeniedException',
      message: 'Pages of https://evil.example may not change this registry: allow the origin with cors.origins',
    });
    expect(header(refused, 'vary')).toBe('Origin');
    expect((await call('CreateRepository', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await fetch('/v2/web/manifests/v1', { method: 'PUT', body: '{}', headers: evil })).status).toBe(403);
    const { repositories } = (await (await call('DescribeRepositories')).json()) as { repositories: unknown[] };
    expect(repositories).toEqual([]);
  });

  it('is answered if its origin is allowed, or the registry’s own', async () => {
    const cors = { origins: [app] };
    expect((await create({ origin: app, 'sec-fetch-site': 'cross-site' }, cors)).status).toBe(200);
    expect((await create({ origin }, cors)).status).toBe(200);
    expect((await create({ origin: 'https://reg.example.com' }, cors, 'https://reg.example.com')).status).toBe(200);
    expect((await create(evil, { origins: '*' })).status).toBe(200);
  });

  it('is answered without cors.origins: then the registry does not know its own origin', async () => {
    expect((await create({ ...evil, 'sec-fetch-site': 'cross-site' }, undefined)).status).toBe(200);
  });
});
