import { createEngine, ecrPublic } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { header, requestTo } from '../test-support/served.ts';
import { awsJson, type Face, home, logos, type ServeFacesOptions, serveFaces, textAnswer, v2 } from './index.ts';

const engine = createEngine({ storage: memoryStorage(), services: [ecrPublic] });

function serving(faces: readonly Face[], options: Partial<ServeFacesOptions> = {}) {
  const handler = serveFaces(engine, { faces, ...options });
  return (path: string, init?: RequestInit) => handler(requestTo(path, init));
}

const target = { 'x-amz-target': 'SpencerFrontendService.DescribeRepositories' };

describe('a fetch handler', () => {
  it.each<[string, readonly Face[], Record<string, number>]>([
    ['no faces', [], { 'POST /': 404, 'GET /': 404, 'GET /v2/': 404, 'GET /token': 404, 'GET /logo/a': 404 }],
    ['AWS JSON', [awsJson()], { 'POST /': 200, 'GET /': 405, 'GET /v2/': 404, 'GET /token': 404, 'GET /logo/a': 404 }],
    ['/v2/', [v2()], { 'POST /': 404, 'GET /': 404, 'GET /v2/': 401, 'GET /v2': 401, 'GET /token': 200 }],
    ['logos', [logos()], { 'POST /': 404, 'GET /v2/': 404, 'GET /logo/a': 404, 'PUT /logo/a': 405, 'PUT /token': 404 }],
    ['the home page', [home()], { 'POST /': 405, 'GET /': 200, 'HEAD /': 200, 'GET /v2/': 404, 'GET /token': 404 }],
  ])('answers with %s what they have', async (_, faces, expected) => {
    const fetch = serving(faces);
    for (const [request, status] of Object.entries(expected)) {
      const [method = '', path = ''] = request.split(' ');
      expect((await fetch(path, { method, headers: target })).status, request).toBe(status);
    }
  });

  it('says what the platform is missing, as in the simulated page of a test', async () => {
    const request = requestTo('/v2/');
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.stubGlobal('Response', undefined);
    vi.stubGlobal('ReadableStream', undefined);
    await expect(serveFaces(engine, { faces: [v2()] })(request)).rejects.toThrow(
      '`fetch` needs Response, ReadableStream, which this platform does not have',
    );
  });

  it('allows at a path what all faces answer there', async () => {
    for (const [faces, allow] of [
      [[awsJson(), home()], 'GET, HEAD, POST'],
      [[awsJson()], 'POST'],
      [[home()], 'GET, HEAD'],
    ] as const) {
      const response = await serving(faces)('/', { method: 'PUT' });
      expect(response.status).toBe(405);
      expect(header(response, 'allow')).toBe(allow);
    }
  });

  it('says on its home page what is served', async () => {
    const page = async (...faces: readonly Face[]) => (await serving([...faces, home()])('/')).text();
    expect(
      await page(awsJson(), v2(), logos()),
    ).toBe(`Coracle, a container registry: Amazon ECR Public and the OCI distribution protocol.

POST /          AWS JSON 1.1, by X-Amz-Target: SpencerFrontendService.<operation>
     /v2/       the OCI distribution protocol: docker, podman, skopeo, oras
GET  /token     tokens for it
GET  /logo/     the logos of public repositories
`);
    expect(await page(v2())).toBe(`Coracle, a container registry: the OCI distribution protocol.

     /v2/       the OCI distribution protocol: docker, podman, skopeo, oras
GET  /token     tokens for it
`);
  });

  it('refuses a page of another site in the form of the face, or in a sentence', async () => {
    const options = { cors: { origins: [] } };
    const evil = { method: 'POST', headers: { ...target, origin: 'https://evil.example' } };
    const sentence = 'Pages of https://evil.example may not change this registry: allow the origin with cors.origins';
    const known = await serving([awsJson()], options)('/', evil);
    expect([known.status, await known.json()]).toEqual([403, { __type: 'AccessDeniedException', message: sentence }]);
    const unknown = await serving([v2()], options)('/', evil);
    expect([unknown.status, await unknown.text()]).toEqual([403, `${sentence}\n`]);
    const upload = await serving([v2()], options)('/v2/web/blobs/uploads/', evil);
    expect([upload.status, await upload.json()]).toEqual([403, { errors: [{ code: 'DENIED', message: sentence }] }]);
    const left = await serving([awsJson()], options)('/v2/web/blobs/uploads/', evil);
    expect([left.status, await left.text()]).toEqual([403, `${sentence}\n`]);
  });

  it('serves a face that passes on what `fetch` gave, whose headers nobody can change', async () => {
    const { headers } = await fetch('data:text/plain,hello');
    expect(() => headers.set('x', 'y')).toThrow(TypeError);
    const proxy: Face = {
      serve: () => [{ isAt: (pathname) => pathname === '/proxy', answer: () => fetch('data:text/plain,hello') }],
    };
    const page = 'https://app.example.com';
    const answer = await serving([proxy], { cors: { origins: [page] } })('/proxy', { headers: { origin: page } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
    expect(await answer.text()).toBe('hello');
  });

  it('names each method once where several faces have a path', async () => {
    const face = (methods: readonly string[]): Face => ({
      serve: () => [{ isAt: () => true, methods, answer: async () => textAnswer(200, 'x') }],
    });
    const answer = await serving([face(['GET']), face(['GET', 'PUT'])])('/', { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT']);
  });

  it('serves a face of anyone', async () => {
    const health: Face = {
      serve: ({ engine }) => [
        {
          isAt: (pathname) => pathname === '/health',
          answer: async ({ method }) => textAnswer(200, `${method}: ${engine.services.length} service`),
        },
      ],
      about: () => ({ routes: ['     /health   how it is'] }),
    };
    const silent: Face = { serve: () => [] };
    const fetch = serving([home(), health, silent]);
    expect(await (await fetch('/health', { method: 'REPORT' })).text()).toBe('REPORT: 1 service\n');
    expect(await (await fetch('/')).text()).toContain('/health   how it is');
  });

  it.each([
    [undefined, 'faces must be a list of protocol handlers, such as [awsJson(), v2()], not undefined'],
    ['v2', "faces must be a list of protocol handlers, such as [awsJson(), v2()], not 'v2'"],
    [['v2'], "faces must be a list of protocol handlers, such as [awsJson(), v2()]; 'v2' is not one"],
    [[v2], 'faces must be a list of protocol handlers, such as [awsJson(), v2()]; the function v2 is not one'],
    [[v2(), undefined], 'faces must be a list of protocol handlers, such as [awsJson(), v2()]; undefined is not one'],
    [
      [{ serve: 'me' }],
      'faces must be a list of protocol handlers, such as [awsJson(), v2()]; {"serve":"me"} is not one',
    ],
  ])('is not made with the faces %j', (faces, message) => {
    expect(() => serveFaces(engine, { faces } as unknown as ServeFacesOptions)).toThrow(new TypeError(message));
  });
});
