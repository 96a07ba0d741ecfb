import { buildImage } from '@coracle/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { header, pushed, refused, served } from '../../test-support/served.ts';
import { createFetchHandler } from '../index.ts';

interface TokenAnswer {
  readonly token: string;
  readonly access_token: string;
  readonly expires_in: number;
  readonly issued_at: string;
}

const answered = async (response: Response) => {
  expect(response.status).toBe(200);
  return (await response.json()) as TokenAnswer;
};

/** Returns the password that `aws ecr get-login-password` prints, and the header that docker makes from it. */
async function loggedIn(made: ReturnType<typeof served>, region: string, accountId = '123456789012') {
  const { authorizationData } = await made.engine.ecr.getAuthorizationToken({}, { region, accountId });
  const basic = authorizationData?.[0]?.authorizationToken ?? '';
  return { basic: `Basic ${basic}`, password: atob(basic).slice('AWS:'.length) };
}

describe('GET /token', () => {
  it.each(['/token', '/token/', '/token?service=localhost:4747&scope=aws'])(
    'gives one to everyone: %s',
    async (path) => {
      const { fetch } = served();
      const before = Date.now();
      const response = await fetch(path);
      expect(header(response, 'content-type')).toBe('application/json');
      expect(header(response, 'cache-control')).toBe('no-store');
      const answer = await answered(response);
      expect(answer).toEqual({
        token: 'anonymous',
        access_token: 'anonymous',
        expires_in: 43200,
        issued_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
      expect(Date.parse(answer.issued_at)).toBeGreaterThanOrEqual(before);
    },
  );

  it.each(['Basic QVdTOng=', 'Basic', 'Basic !!!', 'Digest x', 'Bearer x'])(
    'takes any credential: %s',
    async (authorization) => {
      const { fetch } = served();
      expect(await answered(await fetch('/token', { headers: { authorization } }))).toMatchObject({
        token: 'anonymous',
      });
    },
  );

  it('gives a short token for a login, with its account, its region and the scopes', async () => {
    let now = 1_800_000_000_000;
    const made = served({}, { clock: () => now });
    const { basic } = await loggedIn(made, 'eu-west-1');
    const ask = async (authorization = basic) =>
      answered(await made.fetch('/token?scope=repository:team/web:pull,push', { headers: { authorization } }));
    const { token, access_token, expires_in } = await ask();
    expect(access_token).toBe(token);
    expect(expires_in).toBe(15 * 60);
    expect(await made.engine.distribution.openToken(token)).toMatchObject({
      region: 'eu-west-1',
      accountId: '123456789012',
      isPassword: false,
      expiresIn: 15 * 60,
      scopes: [{ repository: 'team/web', rights: ['pull', 'push'] }],
    });
    now += 12 * 60 * 60 * 1000 - 5 * 60 * 1000;
    // The token does not outlive the login.
    expect((await ask()).expires_in).toBe(5 * 60);
    now += 4.5 * 60 * 1000;
    expect((await ask()).expires_in).toBe(60);
    now += 60 * 1000;
    expect((await ask()).token).toBe('anonymous');
    // Nor can a short token be prolonged.
    expect((await ask(`Bearer ${token}`)).token).toBe('anonymous');
  });

  it('has its headers alone for a HEAD', async () => {
    const { fetch } = served();
    const response = await fetch('/token', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('POST /token', () => {
  it('takes the login from a form', async () => {
    const made = served();
    const { password } = await loggedIn(made, 'eu-west-1');
    for (const form of [
      { grant_type: 'password', username: 'AWS', password, service: 'localhost' },
      { grant_type: 'refresh_token', refresh_token: password },
    ]) {
      const response = await made.fetch('/token', { method: 'POST', body: new URLSearchParams(form) });
      expect(await made.engine.distribution.openToken((await answered(response)).access_token)).toMatchObject({
        region: 'eu-west-1',
      });
    }
  });

  it('gives one to everyone', async () => {
    const { fetch } = served();
    expect(await answered(await fetch('/token', { method: 'POST' }))).toMatchObject({ token: 'anonymous' });
    const body = new URLSearchParams({ username: 'me', password: 'secret' });
    expect(await answered(await fetch('/token', { method: 'POST', body }))).toMatchObject({ token: 'anonymous' });
  });

  it('reads no more than a form', async () => {
    const { fetch } = served();
    const response = await fetch('/token', { method: 'POST', body: 'x'.repeat(65 * 1024) });
    expect(await refused(response)).toEqual({
      status: 413,
      code: 'SIZE_INVALID',
      message: 'A request for a token may have at most 65536 bytes',
    });
  });
});

describe('a login', () => {
  it('decides the region and the account of a push, with Basic and with Bearer', async () => {
    const made = served({ createOnPush: true });
    const { engine, fetch } = made;
    const west = await loggedIn(made, 'eu-west-1');
    const other = await loggedIn(made, 'us-east-1', '000000000042');
    const { token } = await answered(await fetch('/token', { headers: { authorization: other.basic } }));
    const image = await buildImage();
    expect((await pushed(fetch, 'team/web', 'v1', image, { authorization: west.basic })).status).toBe(201);
    expect((await pushed(fetch, 'team/api', 'v1', image, { authorization: `Bearer ${token}` })).status).toBe(201);
    expect((await pushed(fetch, 'team/cli', 'v1', image, { authorization: `Bearer ${west.password}` })).status).toBe(
      201,
    );
    expect((await pushed(fetch, 'team/own', 'v1', image)).status).toBe(201);

    const names = async (options: { region?: string; accountId?: string }) =>
      (await engine.ecr.describeRepositories({}, options)).repositories?.map(({ repositoryName }) => repositoryName);
    expect(await names({ region: 'eu-west-1' })).toEqual(['team/cli', 'team/web']);
    expect(await names({ accountId: '000000000042' })).toEqual(['team/api']);
    expect(await names({})).toEqual(['team/own']);
    expect((await fetch('/v2/team/web/manifests/v1')).status).toBe(404);
    expect((await fetch('/v2/team/web/manifests/v1', { headers: { authorization: west.basic } })).status).toBe(200);
  });

  it('may be as long as those that AWS gives, and is not decoded then', async () => {
    const made = served({ createOnPush: true });
    const decode = vi.spyOn(globalThis, 'atob');
    for (const length of [2100, 100_000]) {
      for (const scheme of ['Basic', 'Bearer']) {
        const headers = { authorization: `${scheme} ${'QVdTOmV5Sn'.repeat(length / 10)}` };
        expect(await answered(await made.fetch('/token', { headers }))).toMatchObject({ token: 'anonymous' });
        expect((await made.fetch('/v2/', { headers })).status).toBe(200);
        expect((await made.fetch('/v2/web/blobs/uploads/', { method: 'POST', headers })).status).toBe(202);
      }
    }
    const password = 'x'.repeat(3000);
    const body = new URLSearchParams({ grant_type: 'password', username: 'AWS', password });
    expect(await answered(await made.fetch('/token', { method: 'POST', body }))).toMatchObject({ token: 'anonymous' });
    expect(decode).not.toHaveBeenCalled();
    decode.mockRestore();
  });

  it('of another registry means nothing', async () => {
    const { basic } = await loggedIn(served(), 'eu-west-1');
    const { engine, fetch } = served({ createOnPush: true });
    await fetch('/v2/web/blobs/uploads/', { method: 'POST', headers: { authorization: basic } });
    expect((await engine.ecr.describeRepositories()).repositories).toHaveLength(1);
  });

  it('does not decide where the host does', async () => {
    const made = served();
    const { basic } = await loggedIn(made, 'us-east-1');
    await made.engine.ecr.createRepository(
      { repositoryName: 'web' },
      { region: 'eu-west-1', accountId: '000000000042' },
    );
    const seen = made.engine.intercept('openToken');
    const handler = createFetchHandler(made.engine);
    const response = await handler(
      new Request('https://000000000042.dkr.ecr.eu-west-1.amazonaws.com/v2/web/tags/list', {
        headers: { authorization: basic },
      }),
    );
    expect(response.status).toBe(200);
    expect(seen.calls).toEqual([]);
  });
});
