import { describe, expect, it } from 'vitest';
import { bytesOf, header, refused, requestTo, served, sha256 } from '../../test-support/served.ts';
import { createFetchHandler } from '../index.ts';

const from = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  createFetchHandler(served().engine)(new Request(url, { method, headers }));

describe('GET /v2/', () => {
  it.each(['/v2/', '/v2'])('asks for credentials: %s', async (path) => {
    const { fetch } = served();
    const response = await fetch(path);
    expect(header(response, 'www-authenticate')).toBe(
      'Bearer realm="http://localhost:4747/token",service="localhost:4747",scope="aws"',
    );
    expect(header(response, 'docker-distribution-api-version')).toBe('registry/2.0');
    expect(await refused(response)).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
  });

  it.each([
    [
      'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/',
      'Basic realm="https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com"',
    ],
    [
      'http://123456789012.dkr.ecr.eu-west-1.amazonaws.com:443/v2/',
      'Basic realm="https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com"',
    ],
    ['https://public.ecr.aws/v2/', 'Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"'],
    [
      'https://registry.example/v2/',
      'Bearer realm="https://registry.example/token",service="registry.example",scope="aws"',
    ],
  ])('asks as the host does: %s', async (url, challenge) => {
    expect(header(await from(url), 'www-authenticate')).toBe(challenge);
  });

  it('sends clients to the endpoint’s own scheme, behind a proxy that ends TLS', async () => {
    const { engine } = served({}, { endpoint: 'https://registry.example' });
    const handler = createFetchHandler(engine);
    const behind = await handler(new Request('http://registry.example/v2/'));
    expect(header(behind, 'www-authenticate')).toContain('realm="https://registry.example/token"');
    const withPort = await handler(new Request('http://registry.example:443/v2/'));
    expect(header(withPort, 'www-authenticate')).toBe(
      'Bearer realm="https://registry.example/token",service="registry.example",scope="aws"',
    );
    const beside = await handler(new Request('http://localhost:4747/v2/'));
    expect(header(beside, 'www-authenticate')).toContain('realm="http://localhost:4747/token"');
  });

  it.each(['Basic QVdTOng=', 'Bearer anonymous', 'anything'])('takes any credential: %s', async (authorization) => {
    const { fetch } = served();
    const response = await fetch('/v2/', { headers: { authorization } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({});
    expect(header(response, 'docker-distribution-api-version')).toBe('registry/2.0');
    const head = await fetch('/v2/', { method: 'HEAD', headers: { authorization } });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it('is only read', async () => {
    const { fetch } = served();
    const response = await fetch('/v2/', { method: 'POST' });
    expect(header(response, 'allow')).toBe('GET, HEAD');
    expect(await refused(response)).toMatchObject({ status: 405, code: 'UNSUPPORTED' });
  });
});

describe('/v2/', () => {
  it.each([
    ['POST', 'blobs/uploads/?digest=nope'],
    ['POST', 'blobs/uploads/?digest-algorithm=md5'],
    ['GET', 'referrers/nope'],
    ['GET', 'tags/list?n=-1'],
    ['PUT', `manifests/sha256:${'a'.repeat(64)}?${'tag=a&'.repeat(51)}`],
  ])('%s %s in a place that cannot be tells of the place first', async (method, rest) => {
    const { fetch } = served();
    const init = method === 'PUT' ? { method, body: '{}' } : { method };
    const nobodys = await refused(await fetch(`http://public.ecr.aws/v2/nobodys/x/${rest}`, init));
    expect(nobodys).toMatchObject({ status: 404, code: 'NAME_UNKNOWN' });
    const nowhere = await fetch(`http://123456789012.dkr.ecr.nowhere.amazonaws.com/v2/x/${rest}`, init);
    expect(await refused(nowhere)).toMatchObject({ status: 400, code: 'NAME_INVALID' });
  });

  it('asks only for the size of a blob if a client sends HEAD', async () => {
    const { engine, fetch } = served();
    const seen = engine.intercept('*', { service: 'distribution' });
    for (const method of ['HEAD', 'GET']) await fetch(`/v2/web/blobs/sha256:${'a'.repeat(64)}`, { method });
    expect(seen.calls.map(({ operation }) => operation)).toEqual(['checkBlob', 'getBlob']);
  });

  it.each(['/v2/_catalog/', '/v2/web', '/v2/web/referrers', '/v2/manifests/v1', '/v2/web/manifests/%zz'])(
    'has nothing at %s',
    async (path) => {
      const { fetch } = served();
      const response = await fetch(path);
      expect(header(response, 'docker-distribution-api-version')).toBe('registry/2.0');
      expect(await refused(response)).toEqual({
        status: 404,
        code: 'UNSUPPORTED',
        message: `There is nothing at ${path}`,
      });
    },
  );

  it.each([
    ['POST', '/v2/web/manifests/v1', 'GET, HEAD, PUT, DELETE'],
    ['PUT', '/v2/web/blobs/sha256:00', 'GET, HEAD, DELETE'],
    ['POST', '/v2/web/referrers/sha256:00', 'GET, HEAD'],
    ['DELETE', '/v2/_catalog', 'GET, HEAD'],
    ['GET', '/v2/web/blobs/uploads/', 'POST'],
    ['HEAD', '/v2/web/blobs/uploads/', 'POST'],
    ['POST', '/v2/web/blobs/uploads/1', 'GET, HEAD, PATCH, PUT, DELETE'],
    ['PUT', '/v2/web/tags/list', 'GET, HEAD'],
  ])('does not take %s %s', async (method, path, allow) => {
    const { fetch } = served();
    const response = await fetch(path, { method });
    expect(response.status).toBe(405);
    expect(header(response, 'allow')).toBe(allow);
    if (method !== 'HEAD') expect(await refused(response)).toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('takes no method by the name of something else', async () => {
    const { fetch } = served();
    expect((await fetch('/v2/web/manifests/v1', { method: 'constructor' })).status).toBe(405);
  });

  it('refuses what is no name', async () => {
    const { fetch } = served();
    expect(await refused(await fetch('/v2/Web/manifests/v1'))).toEqual({
      status: 400,
      code: 'NAME_INVALID',
      message: `The repository name 'Web' is invalid: use at most 256 characters: lower-case letters and digits, separated by '/', '.', '_', '__' or '-'`,
    });
    expect(await refused(await fetch('/v2/a%2F..%2Fb/manifests/v1'))).toMatchObject({ code: 'NAME_INVALID' });
  });

  it('takes an escaped slash for no slash in a path, and for one in a query', async () => {
    const { engine, fetch } = served();
    for (const repositoryName of ['team/web', 'team/api']) await engine.ecr.createRepository({ repositoryName });
    expect(await refused(await fetch('/v2/team%2Fweb/tags/list'))).toEqual({
      status: 400,
      code: 'NAME_INVALID',
      message: `The repository name 'team%2Fweb' is invalid: use at most 256 characters: lower-case letters and digits, separated by '/', '.', '_', '__' or '-'`,
    });
    for (const reference of ['v%2F1', 'sha256%3A00%2F00']) {
      expect(await refused(await fetch(`/v2/team/web/manifests/${reference}`))).toMatchObject({
        status: 404,
        code: 'MANIFEST_UNKNOWN',
      });
    }
    const content = bytesOf('shared');
    const digest = await sha256(content);
    await fetch(`/v2/team/web/blobs/uploads/?digest=${digest}`, { method: 'POST', body: content });
    const mount = `/v2/team/api/blobs/uploads/?mount=${digest}&from=team%2Fweb`;
    expect((await fetch(mount, { method: 'POST' })).status).toBe(201);
    expect(await (await fetch('/v2/_catalog?last=team%2Fapi')).json()).toEqual({ repositories: ['team/web'] });
  });

  it('refuses a host that names a region which cannot exist', async () => {
    const { engine } = served();
    const handler = createFetchHandler(engine, { createOnPush: true });
    for (const region of ['nowhere', `us-${'a'.repeat(100)}-1`]) {
      const url = `https://123456789012.dkr.ecr.${region}.amazonaws.com`;
      const message = `The host contains the region '${region}', which is invalid: use an AWS region such as us-east-1`;
      for (const [method, path] of [
        ['GET', '/v2/web/manifests/v1'],
        ['POST', '/v2/web/blobs/uploads/'],
        ['GET', '/v2/_catalog'],
      ] as const) {
        const response = await handler(new Request(url + path, { method }));
        expect(await refused(response)).toEqual({ status: 400, code: 'NAME_INVALID', message });
      }
    }
  });

  it('takes a host with its default port for the same host', async () => {
    const { engine } = served();
    await engine.ecr.createRepository({ repositoryName: 'web' }, { region: 'eu-west-1' });
    for (const port of ['443', '80']) {
      const url = `http://123456789012.dkr.ecr.eu-west-1.amazonaws.com:${port}/v2/web/tags/list`;
      expect((await createFetchHandler(engine)(new Request(url))).status).toBe(200);
    }
  });

  it('says which repository is missing, as the services do', async () => {
    const { fetch } = served();
    const message = `The repository with name 'team/web' does not exist in the registry with id '123456789012'`;
    for (const [method, path] of [
      ['GET', 'manifests/v1'],
      ['PUT', 'manifests/v1'],
      ['GET', 'tags/list'],
      ['GET', 'blobs/sha256:00'],
      ['POST', 'blobs/uploads/'],
      ['PATCH', 'blobs/uploads/6cb64b8a-9378-0e33-2ab1-b780fab8a9e9'],
    ] as const) {
      const response = await fetch(`/v2/team/web/${path}`, { method, ...(method === 'PUT' ? { body: '{}' } : {}) });
      expect(await refused(response)).toEqual({ status: 404, code: 'NAME_UNKNOWN', message });
    }
  });

  it('tells an alias that nobody has', async () => {
    const response = await from('https://public.ecr.aws/v2/nobody/web/manifests/v1');
    expect(await refused(response)).toEqual({
      status: 404,
      code: 'NAME_UNKNOWN',
      message: `The repository with name 'web' does not exist in the registry with id 'nobody'`,
    });
  });

  it('answers failures of the storage with 500, and throttling with 429', async () => {
    const { engine, fetch } = served();
    engine.intercept('getTags', { fail: new Error('the disk is full') });
    expect(await refused(await fetch('/v2/web/tags/list'))).toEqual({
      status: 500,
      code: 'UNKNOWN',
      message: 'the disk is full',
    });
    engine.intercept('getManifest', { fail: { name: 'ThrottlingException' } });
    expect(await refused(await fetch('/v2/web/manifests/v1'))).toEqual({
      status: 429,
      code: 'TOOMANYREQUESTS',
      message: 'Rate exceeded',
    });
  });

  it('never rejects', async () => {
    const { engine } = served();
    const getTags = () => Promise.reject(new Error('lost'));
    const handler = createFetchHandler(
      { ...engine, distribution: { ...engine.distribution, getTags } },
      { onError: () => undefined },
    );
    expect(await refused(await handler(requestTo('/v2/web/tags/list')))).toEqual({
      status: 500,
      code: 'UNKNOWN',
      message: expect.stringMatching(/^The registry failed\. Its log has the cause under the id [0-9a-f-]{36}$/),
    });
  });
});
