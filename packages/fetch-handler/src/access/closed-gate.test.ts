import { buildImage } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { account, alias, alice, basic, bob, closed, now, other, signedRequest } from '../../test-support/closed.ts';
import { header, pushed, refused } from '../../test-support/served.ts';

const name = 'team/web';
const image = await buildImage();

async function withImages(...given: Parameters<typeof closed>) {
  const made = closed(...given);
  const { engine } = made;
  await engine.ecr.createRepository({ repositoryName: name });
  await engine.ecrPublic.createRepository({ repositoryName: name });
  return made;
}

/** Returns the password that `aws ecr get-login-password` prints. */
async function passwordOf(response: Response): Promise<string> {
  const { authorizationData } = (await response.json()) as { authorizationData: { authorizationToken: string }[] };
  return atob([authorizationData].flat(2)[0]?.authorizationToken ?? '').slice('AWS:'.length);
}

const failure = async (response: Response) => {
  const { __type, message } = (await response.json()) as { __type: string; message: string };
  return { status: response.status, __type, message };
};

describe('a signed call', () => {
  it('is answered, as the account of its key and in the region of its signature', async () => {
    const { signed, engine } = closed();
    expect((await signed('ecr.CreateRepository', { repositoryName: name }, { region: 'eu-west-1' })).status).toBe(200);
    expect((await signed('ecr.CreateRepository', { repositoryName: 'theirs' }, other)).status).toBe(200);
    const names = async (options: object) =>
      (await engine.ecr.describeRepositories({}, options)).repositories?.map(({ repositoryName }) => repositoryName);
    expect(await names({ region: 'eu-west-1' })).toEqual([name]);
    expect(await names({ accountId: other.accountId })).toEqual(['theirs']);
  });

  it('of another account is refused, unless the policy allows it', async () => {
    const { signed, engine } = await withImages();
    const describe = () => signed('ecr-public.DescribeImages', { registryId: account, repositoryName: name }, other);
    expect(await failure(await describe())).toEqual({
      status: 400,
      __type: 'AccessDeniedException',
      message: `User: arn:aws:iam::${other.accountId}:root is not authorized to perform: ecr-public:DescribeImages on resource: arn:aws:ecr-public::${account}:repository/${name} because no resource-based policy allows the ecr-public:DescribeImages action`,
    });
    const policy = { Statement: [{ Effect: 'Allow', Principal: { AWS: other.accountId }, Action: 'ecr-public:*' }] };
    await engine.ecrPublic.setRepositoryPolicy({ repositoryName: name, policyText: JSON.stringify(policy) });
    expect((await describe()).status).toBe(200);
  });

  it.each([
    ['without a signature', { authorization: '' }, 'MissingAuthenticationTokenException'],
    ['with a password', alice, 'MissingAuthenticationTokenException'],
    [
      'with another target',
      { 'x-amz-target': 'SpencerFrontendService.DescribeRegistries' },
      'InvalidSignatureException',
    ],
    ['with another date', { 'x-amz-date': '20261129T120001Z' }, 'InvalidSignatureException'],
    ['with another hash', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 'InvalidSignatureException'],
  ])('%s is refused', async (_, headers, type) => {
    const { fetch } = closed();
    const { url, ...init } = await signedRequest('ecr-public.DescribeRepositories');
    const response = await fetch(url, { ...init, headers: { ...init.headers, ...headers } });
    expect(await failure(response)).toMatchObject({ status: 400, __type: type });
  });

  it('with another body is refused, whether or not its hash is announced', async () => {
    const { fetch } = closed();
    const { url, ...init } = await signedRequest('ecr.CreateRepository', { repositoryName: name });
    const body = init.body.replace('web', 'api');
    expect(await failure(await fetch(url, { ...init, body }))).toMatchObject({ __type: 'InvalidSignatureException' });
  });

  it('for another service or with an unknown key is refused', async () => {
    const { signed } = closed();
    expect(await failure(await signed('ecr.DescribeRepositories', {}, { service: 'ecr-public' }))).toMatchObject({
      __type: 'InvalidSignatureException',
      message: "Credential should be scoped to correct service: 'ecr'. ",
    });
    expect(await failure(await signed('ecr.DescribeRepositories', {}, { region: 'x' }))).toMatchObject({
      __type: 'InvalidSignatureException',
      message: "Credential should be scoped to a valid region, not 'x'. ",
    });
    const digits = { accessKeyId: '123456789012', secretAccessKey: 'test' };
    expect(await failure(await signed('ecr.DescribeRepositories', {}, digits))).toEqual({
      status: 400,
      __type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
  });

  it('is measured against the clock of the access, not of the registry', async () => {
    const early = closed({}, {}, { clock: () => now - 86_400_000 });
    expect((await early.signed('ecr.DescribeRepositories')).status).toBe(200);
    const late = closed({ clock: () => now + 301_000 });
    expect((await failure(await late.signed('ecr.DescribeRepositories'))).message).toMatch(/^Signature expired: /);
  });
});

describe('/v2/ of a closed registry', () => {
  const host = 'http://localhost:4747';

  it('asks strangers to log in, whatever the path, and opens nothing', async () => {
    const { fetch, engine } = await withImages({}, { createOnPush: true });
    const seen = engine.intercept('*');
    for (const [path, method, scope] of [
      ['', 'GET', ''],
      [`${name}/tags/list`, 'GET', `repository:${name}:pull`],
      ['not/there/manifests/v1', 'HEAD', 'repository:not/there:pull'],
      [`${name}/blobs/uploads/`, 'POST', `repository:${name}:pull,push`],
      [`${name}/blobs/uploads/${crypto.randomUUID()}`, 'GET', `repository:${name}:pull,push`],
      ['not/there/manifests/v1', 'PUT', 'repository:not/there:pull,push'],
      ['_catalog', 'GET', 'registry:catalog:*'],
      ['nothing', 'GET', ''],
    ] as const) {
      const response = await fetch(`/v2/${path}`, { method });
      expect(response.status).toBe(401);
      expect(header(response, 'www-authenticate')).toBe(
        `Bearer realm="${host}/token",service="localhost:4747"${scope === '' ? '' : `,scope="${scope}"`}`,
      );
      if (method === 'HEAD') continue;
      expect(await refused(response)).toEqual({
        status: 401,
        code: 'UNAUTHORIZED',
        message: 'Authentication is required: log in to the registry, for example with docker login',
      });
    }
    expect(seen.calls).toEqual([]);
  });

  it.each([
    ['an unknown user', basic('eve', 'open sesame')],
    ['a wrong password', basic('alice', 'open Sesame')],
    ['another scheme', 'Digest alice'],
    ['a foreign token', basic('AWS', 'eyJwYXlsb2FkIjoi')],
    ['a foreign Bearer token', 'Bearer eyJwYXlsb2FkIjoi'],
  ])('refuses %s', async (_, authorization) => {
    const { fetch } = await withImages({ anonymousPull: true });
    for (const path of ['/v2/', `/v2/${alias}/${name}/tags/list`, '/token']) {
      const response = await fetch(path, { headers: { authorization } });
      expect((await refused(response)).code).toBe('UNAUTHORIZED');
      expect(header(response, 'www-authenticate')).toMatch(path === '/token' ? /^Basic / : /^Bearer /);
    }
  });

  it('takes users, with their rights', async () => {
    const { fetch } = await withImages();
    expect((await pushed(fetch, name, 'v1', image, alice)).status).toBe(201);
    expect(await refused(await pushed(fetch, name, 'v1', image, bob))).toEqual({
      status: 403,
      code: 'DENIED',
      message: `User: bob is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-1:${account}:repository/${name} because the user does not have the right 'push'`,
    });
    expect((await fetch(`/v2/${name}/manifests/v1`, { headers: bob })).status).toBe(200);
    expect((await fetch('/v2/_catalog', { headers: bob })).status).toBe(200);
  });

  it('takes a token of GetAuthorizationToken by Basic and by Bearer, for its service and its region only', async () => {
    const { fetch, signed } = await withImages();
    const password = await passwordOf(await signed('ecr.GetAuthorizationToken'));
    const ofPublic = await passwordOf(await signed('ecr-public.GetAuthorizationToken'));
    const inEurope = await passwordOf(await signed('ecr.GetAuthorizationToken', {}, { region: 'eu-west-1' }));
    const tags = (path: string, authorization: string) =>
      fetch(`/v2/${path}/tags/list`, { headers: { authorization } }).then(({ status }) => status);
    for (const authorize of [(token: string) => basic('AWS', token), (token: string) => `Bearer ${token}`]) {
      expect(await tags(name, authorize(password))).toBe(200);
      expect(await tags(`${alias}/${name}`, authorize(password))).toBe(401);
      expect(await tags(`${alias}/${name}`, authorize(ofPublic))).toBe(200);
      expect(await tags(name, authorize(ofPublic))).toBe(401);
      // On a host of its own, the registry of the token is the one that is meant.
      expect(await tags(name, authorize(inEurope))).toBe(404);
    }
    expect((await pushed(fetch, name, 'v1', image, { authorization: basic('AWS', password) })).status).toBe(201);
  });

  it('refuses an expired token', async () => {
    let time = now;
    const { fetch, signed } = await withImages({}, {}, { clock: () => time });
    const password = await passwordOf(await signed('ecr.GetAuthorizationToken'));
    time += 12 * 3_600_000;
    for (const authorization of [basic('AWS', password), `Bearer ${password}`]) {
      const response = await fetch('/v2/', { headers: { authorization } });
      expect(header(response, 'www-authenticate')).toMatch(/^Bearer /);
      expect(await refused(response)).toEqual({
        status: 401,
        code: 'UNAUTHORIZED',
        message: 'Your authorization token has expired. Reauthenticate and try again.',
      });
    }
  });

  it('gives short tokens of one scope', async () => {
    let time = now;
    const { fetch } = await withImages({}, {}, { clock: () => time });
    const tokenFor = async (query: string, init: RequestInit) => {
      const response = await fetch(`/token${query}`, init);
      return `Bearer ${((await response.json()) as { token: string }).token}`;
    };
    const form = new URLSearchParams({ grant_type: 'password', username: 'alice', password: 'open sesame' });
    form.set('scope', `repository:${name}:pull`);
    const logins: [string, RequestInit][] = [
      [`?service=localhost&scope=repository:${name}:pull`, { headers: alice }],
      ['', { method: 'POST', body: form }],
    ];
    for (const [query, init] of logins) {
      const headers = { authorization: await tokenFor(query, init) };
      expect((await fetch('/v2/', { headers })).status).toBe(200);
      expect((await fetch(`/v2/${name}/tags/list`, { headers })).status).toBe(200);
      const denied = await fetch(`/v2/${name}/blobs/uploads/`, { method: 'POST', headers });
      expect(denied.status).toBe(401);
      expect(header(denied, 'www-authenticate')).toContain(`scope="repository:${name}:pull,push"`);
      expect((await fetch(`/v2/${alias}/${name}/tags/list`, { headers })).status).toBe(401);
      // A short token is no login.
      expect((await fetch('/token', { headers })).status).toBe(401);
    }
    const headers = { authorization: await tokenFor(`?scope=repository:${name}:pull`, { headers: alice }) };
    time += 15 * 60_000;
    expect((await fetch(`/v2/${name}/tags/list`, { headers })).status).toBe(401);
  });

  it('takes a short token of many scopes', async () => {
    const { fetch } = await withImages();
    const names = ['team/web', ...Array.from({ length: 41 }, (_, i) => `team/a${i}`)];
    const scopes = names
      .map((one) => `repository:${one}:pull,push`)
      .join(' ')
      .slice(0, 1000);
    const response = await fetch(`/token?scope=${encodeURIComponent(scopes)}`, { headers: alice });
    const { token } = (await response.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`/v2/${name}/tags/list`, { headers })).status).toBe(200);
    expect((await fetch('/v2/team/a1/tags/list', { headers })).status).toBe(404);
    expect((await fetch('/v2/team/b1/tags/list', { headers })).status).toBe(401);
  });

  it('takes the rights of a token away with those of its user or its key', async () => {
    const keys = new Map([[other.accessKeyId, other]]);
    const changing = [{ name: 'carol', password: 'a', rights: ['pull', 'push'] as ('pull' | 'push')[] }];
    const { fetch, signed } = await withImages({ keys: (id) => keys.get(id), users: changing });
    const password = await passwordOf(await signed('ecr.GetAuthorizationToken', {}, other));
    const ofKey = { headers: { authorization: basic('AWS', password) } };
    expect((await fetch('/v2/', ofKey)).status).toBe(200);
    keys.clear();
    expect((await fetch('/v2/', ofKey)).status).toBe(401);

    const login = { headers: { authorization: basic('carol', 'a') } };
    const { token } = (await (await fetch(`/token?scope=repository:${name}:pull,push`, login)).json()) as {
      token: string;
    };
    const upload = () =>
      fetch(`/v2/${name}/blobs/uploads/`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    expect((await upload()).status).toBe(202);
    changing[0]?.rights.pop();
    expect((await upload()).status).toBe(403);
    changing.pop();
    expect((await upload()).status).toBe(401);
  });

  it('lets strangers pull public images, if this is allowed', async () => {
    const { fetch, engine } = await withImages({ anonymousPull: true }, { createOnPush: true });
    const { token } = (await (await fetch('/token?scope=repository:acme/team/web:pull')).json()) as { token: string };
    expect((await pushed(fetch, `${alias}/${name}`, 'v1', image, alice)).status).toBe(201);
    expect((await pushed(fetch, name, 'v1', image, alice)).status).toBe(201);
    for (const headers of [{}, { authorization: `Bearer ${token}` }] as Record<string, string>[]) {
      expect((await fetch(`/v2/${alias}/${name}/manifests/v1`, { headers })).status).toBe(200);
      expect((await fetch(`/v2/${name}/manifests/v1`, { headers })).status).toBe(401);
      expect((await pushed(fetch, `${alias}/${name}`, 'v2', image, headers)).status).toBe(401);
    }
    expect((await fetch('/v2/not/there/blobs/uploads/', { method: 'POST' })).status).toBe(401);
    const { repositories } = await engine.ecr.describeRepositories();
    expect(repositories).toHaveLength(1);
  });

  it('names the endpoint in its challenge, and not the host of the request', async () => {
    const endpoint = 'https://registry.example.com';
    const { fetch } = closed({}, {}, { endpoint });
    expect(header(await fetch('/v2/'), 'www-authenticate')).toBe(
      `Bearer realm="${endpoint}/token",service="registry.example.com"`,
    );
    const local = closed({}, {}, { endpoint: 'http://127.0.0.1:4747' });
    expect(header(await local.fetch('/v2/'), 'www-authenticate')).toContain('realm="http://localhost:4747/token"');
  });

  it('answers a wrong token as ECR Public does, under its quirks', async () => {
    const { fetch } = await withImages({ anonymousPull: true }, { quirks: 'aws' });
    const headers = { authorization: 'Bearer x' };
    const response = await fetch(`https://public.ecr.aws/v2/${alias}/${name}/tags/list`, { headers });
    expect(await refused(response)).toMatchObject({ status: 400, code: 'DENIED' });
  });

  it('shows logos only to those who may come in', async () => {
    const path = `/logo/${crypto.randomUUID()}/${crypto.randomUUID()}.png`;
    expect((await closed().fetch(path)).status).toBe(401);
    expect((await closed().fetch(path, { headers: bob })).status).toBe(404);
    expect((await closed({ anonymousPull: true }).fetch(path)).status).toBe(404);
  });
});
