import { beforeEach, describe, expect, it } from 'vitest';
import { type Asked, type Scripted, type ScriptedServer, scriptedServer } from '../../test-support/scripted-server.ts';
import { Authorization } from './authorization.ts';
import { exchange } from './exchange.ts';
import type { Credentials } from './login.ts';

const alice: Credentials = { username: 'alice', password: 'open sesame', source: 'a file' };
const basic = `Basic ${Buffer.from('alice:open sesame').toString('base64')}`;
const scopes = ['repository:web:pull,push'];

let time: number;
let server: ScriptedServer;
let answer: (asked: Asked) => Scripted;

beforeEach(async () => {
  time = 0;
  let count = 0;
  answer = () => ({ status: 200, body: JSON.stringify({ token: `t${++count}`, expires_in: 100 }) });
  server = await scriptedServer((asked) => answer(asked));
});

function given(credentials?: Credentials): { authorization: Authorization; found: () => number } {
  let found = 0;
  const authorization = new Authorization({
    home: { origin: server.origin, insecure: false },
    exchange,
    credentials: async () => {
      found++;
      return credentials;
    },
    now: () => time,
  });
  return { authorization, found: () => found };
}

const bearer = (extra = '') => `Bearer realm="${server.origin}/token",service="my registry"${extra}`;

describe('Authorization', () => {
  it('sends nothing before the registry asks for it', async () => {
    const { authorization, found } = given(alice);
    expect(await authorization.header(scopes)).toBeUndefined();
    expect(found()).toBe(0);
  });

  it('sends the password for Basic, and reads the login once', async () => {
    const { authorization, found } = given(alice);
    authorization.accept('Basic realm="x"', scopes);
    for (let i = 0; i < 3; i++) expect(await authorization.header(scopes)).toBe(basic);
    expect(found()).toBe(1);
  });

  it('gets a token for the scopes of a request and of the challenge, and keeps it until it expires', async () => {
    const { authorization } = given(alice);
    authorization.accept(bearer(',scope="aws repository:web:pull,push"'), scopes);
    expect(await authorization.header(scopes)).toBe('Bearer t1');
    expect(await authorization.header(scopes)).toBe('Bearer t1');
    expect(await authorization.header(['repository:api:pull'])).toBe('Bearer t2');
    const [first] = server.asked;
    const query = new URL(first?.line.split(' ')[1] ?? '', server.origin).searchParams;
    expect(query.get('service')).toBe('my registry');
    expect(query.getAll('scope')).toEqual(['repository:web:pull,push', 'aws']);
    expect(first?.headers.authorization).toBe(basic);
    time = 89_999;
    expect(await authorization.header(scopes)).toBe('Bearer t1');
    time = 90_000;
    expect(await authorization.header(scopes)).toBe('Bearer t3');
    authorization.accept(bearer(), scopes);
    expect(await authorization.header(scopes)).toBe('Bearer t4');
  });

  it('gets a token without a login', async () => {
    const { authorization } = given();
    authorization.accept(bearer(), scopes);
    expect(await authorization.header(scopes)).toBe('Bearer t1');
    expect(server.asked[0]?.headers.authorization).toBeUndefined();
  });

  it('exchanges an identity token', async () => {
    const { authorization } = given({ username: '', password: '', identityToken: 'refresh me', source: 'a helper' });
    answer = () => ({ status: 200, body: '{"access_token":"short"}' });
    authorization.accept(bearer(), scopes);
    expect(await authorization.header(scopes)).toBe('Bearer short');
    expect(server.asked[0]?.line).toBe('POST /token');
    expect(Object.fromEntries(new URLSearchParams(server.asked[0]?.body.toString()))).toEqual({
      grant_type: 'refresh_token',
      service: 'my registry',
      client_id: 'coracle',
      refresh_token: 'refresh me',
      scope: scopes[0],
    });
  });

  it.each<[Scripted, object]>([
    [
      { status: 401, body: '{"details":"wrong password"}' },
      { kind: 'login', message: expect.stringMatching(/refuses the login of 'alice' from a file: wrong password/) },
    ],
    [{ status: 500 }, { message: expect.stringContaining('answered with 500') }],
    [{ status: 429, headers: { 'retry-after': '9' } }, { retryAfter: 9000 }],
    [{ status: 200, body: '<html>' }, { kind: 'refused' }],
    [{ status: 200, body: '{"token":"a\\nb"}' }, { kind: 'refused' }],
    [{ status: 302, headers: { location: 'https://elsewhere.example/' } }, { kind: 'refused' }],
    [{ status: 200, body: 'x'.repeat(300_000) }, { message: expect.stringContaining('more than') }],
  ])('fails if the token server answers with %j', async (scripted, error) => {
    const { authorization } = given(alice);
    answer = () => scripted;
    authorization.accept(bearer(), scopes);
    await expect(authorization.header(scopes)).rejects.toMatchObject(error);
  });

  it.each([undefined, 'Negotiate', 'Bearer service="x"'])('refuses the challenge %j', (header) => {
    expect(() => given(alice).authorization.accept(header, scopes)).toThrow('asks for a login, but neither');
  });

  it('says how to log in', async () => {
    const { authorization } = given();
    authorization.accept('Basic realm="x"', scopes);
    await expect(authorization.header(scopes)).rejects.toThrow(
      `The registry ${server.host} needs a login. Run 'docker login ${server.host}'`,
    );
  });

  it('refuses a realm that is no address', async () => {
    const { authorization } = given(alice);
    authorization.accept('Bearer realm="/token"', scopes);
    await expect(authorization.header(scopes)).rejects.toThrow('has no valid address of a token server');
  });
});
