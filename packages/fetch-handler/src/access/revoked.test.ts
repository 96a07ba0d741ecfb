import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { account, basic, closed, now, other } from '../../test-support/closed.ts';
import { ecr, served } from '../../test-support/served.ts';

const name = 'team/web';

async function passwordIn(response: Response): Promise<string> {
  const { authorizationData } = (await response.json()) as { authorizationData: { authorizationToken: string }[] };
  return atob(authorizationData[0]?.authorizationToken ?? '').slice('AWS:'.length);
}

const tokenIn = async (response: Response) => ((await response.json()) as { token: string }).token;

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

const ofCurve = { name: 'ECDSA', namedCurve: 'P-256' };
const keyPair = () => crypto.subtle.generateKey(ofCurve, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

async function jwtOf(privateKey: CryptoKey, claims: object): Promise<string> {
  const text = [{ alg: 'ES256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

describe('a token', () => {
  it('that a stranger got while access was open is refused once access is closed', async () => {
    const storage = memoryStorage();
    const open = served({}, { accountId: account, storage });
    const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261129/us-east-1/ecr/aws4_request, SignedHeaders=host, Signature=0`;
    const password = await passwordIn(await open.call(ecr('GetAuthorizationToken'), {}, { authorization }));
    const login = { headers: { authorization: basic('AWS', password) } };
    const short = await tokenIn(await open.fetch('/token', login));
    expect((await open.fetch('/v2/', login)).status).toBe(200);

    const { fetch, engine } = closed({}, {}, { storage, clock: Date.now });
    expect((await fetch('/v2/_catalog', login)).status).toBe(401);
    expect((await fetch('/v2/_catalog', { headers: { authorization: `Bearer ${short}` } })).status).toBe(401);
    expect((await fetch('/token', login)).status).toBe(401);
    // The program itself may issue tokens.
    const { authorizationData } = await engine.ecr.getAuthorizationToken();
    const ofProgram = `Basic ${authorizationData?.[0]?.authorizationToken}`;
    expect((await fetch('/v2/_catalog', { headers: { authorization: ofProgram } })).status).toBe(200);
  });

  it('of a user is refused once the user has another password', async () => {
    const users = [{ name: 'carol', password: 'leaked', rights: ['pull'] as const }];
    const { fetch, engine } = closed({ users });
    await engine.ecr.createRepository({ repositoryName: name });
    const login = { headers: { authorization: basic('carol', 'leaked') } };
    const token = await tokenIn(await fetch(`/token?scope=repository:${name}:pull`, login));
    const tags = async () =>
      (await fetch(`/v2/${name}/tags/list`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await tags()).toBe(200);
    users[0] = { name: 'carol', password: 'fresh', rights: ['pull'] };
    expect(await tags()).toBe(401);
  });

  it('of an access key is refused once the key has another secret', async () => {
    const keys = [other];
    const { fetch, signed } = closed({ keys });
    const password = await passwordIn(await signed('ecr.GetAuthorizationToken', {}, other));
    const login = { headers: { authorization: basic('AWS', password) } };
    expect((await fetch('/v2/_catalog', login)).status).toBe(200);
    keys[0] = { ...other, secretAccessKey: 'y'.repeat(40) };
    expect((await fetch('/v2/_catalog', login)).status).toBe(401);
  });

  it('of a JWT is refused once JWTs have another public key', async () => {
    const [old, fresh] = await Promise.all([keyPair(), keyPair()]);
    const storage = memoryStorage();
    const closedWith = async ({ publicKey }: CryptoKeyPair) =>
      closed({ jwt: { publicKey: await crypto.subtle.exportKey('jwk', publicKey) } }, {}, { storage });
    const before = await closedWith(old);
    const jwt = await jwtOf(old.privateKey, { capabilities: ['pull'], exp: now / 1000 + 600 });
    const token = await tokenIn(await before.fetch('/token?scope=registry:catalog:*', bearer(jwt)));
    expect((await before.fetch('/v2/_catalog', bearer(token))).status).toBe(200);
    const after = await closedWith(fresh);
    expect((await after.fetch('/v2/_catalog', bearer(token))).status).toBe(401);
  });
});
