import { describe, expect, it } from 'vitest';
import { alias, basic, closed, now } from '../../test-support/closed.ts';
import { jwtVerifier } from './jwt.ts';

const { privateKey, publicKey } = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'sign',
  'verify',
])) as CryptoKeyPair;
const jwk = await crypto.subtle.exportKey('jwk', publicKey);
const seconds = now / 1000;

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function jwtOf(claims: object, head: object = { alg: 'ES256', typ: 'JWT' }): Promise<string> {
  const text = `${encoded(head)}.${encoded(claims)}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

const claims = { username: 'v0', capabilities: ['pull', 'push'], exp: seconds + 60, aud: 'https://hello.com' };
const verify = jwtVerifier({ publicKey: jwk }, () => now);

describe('a JWT', () => {
  it('names a user with rights, until it expires', async () => {
    const user = { kind: 'user', name: 'v0', rights: ['pull', 'push'], source: 'jwt' };
    expect(await verify(await jwtOf(claims))).toEqual({ identity: user, until: now + 60_000 });
    const base64 = Buffer.from(JSON.stringify(jwk)).toString('base64');
    expect(await jwtVerifier({ publicKey: base64 }, () => now)(await jwtOf(claims))).toBeDefined();
  });

  it.each<[string, object]>([
    ['is expired', { exp: seconds }],
    ['does not expire', { exp: undefined }],
    ['is not valid yet', { nbf: seconds + 1 }],
    ['has no rights', { capabilities: [] }],
    ['has unknown rights', { capabilities: ['admin'] }],
    ['has no list of rights', { capabilities: 'pull' }],
  ])('is refused if it %s', async (_, more) => {
    expect(await verify(await jwtOf({ ...claims, ...more }))).toBeUndefined();
  });

  it('is refused with an extension, or with a time that is no number', async () => {
    expect(await verify(await jwtOf(claims, { alg: 'ES256', crit: ['b64'], b64: false }))).toBeUndefined();
    // JSON.parse reads this number as Infinity.
    const endless = `{"capabilities":["pull"],"exp":1e400}`;
    const text = `${encoded({ alg: 'ES256' })}.${Buffer.from(endless).toString('base64url')}`;
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, Buffer.from(text));
    expect(await verify(`${text}.${Buffer.from(signature).toString('base64url')}`)).toBeUndefined();
  });

  it('cannot be verified with a key that is not on the curve', async () => {
    const off = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) };
    await expect(jwtVerifier({ publicKey: off }, () => now)(await jwtOf(claims))).rejects.toThrow(
      'access.jwt.publicKey is not a point of the curve P-256',
    );
  });

  it('is refused with another algorithm, another key or another signature', async () => {
    for (const alg of ['none', 'HS256', 'RS256', undefined]) {
      expect(await verify(await jwtOf(claims, { alg }))).toBeUndefined();
    }
    expect(await verify(`${encoded({ alg: 'none' })}.${encoded(claims)}.`)).toBeUndefined();
    const [head, , signature] = (await jwtOf(claims)).split('.');
    expect(await verify(`${head}.${encoded({ ...claims, exp: claims.exp + 1 })}.${signature}`)).toBeUndefined();
    const { publicKey: other } = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])) as CryptoKeyPair;
    const foreign = jwtVerifier({ publicKey: await crypto.subtle.exportKey('jwk', other) }, () => now);
    expect(await foreign(await jwtOf(claims))).toBeUndefined();
  });

  it.each(['', 'a', 'a.b', 'a.b.c', 'a.b.c.d', '!.!.!', `${'a'.repeat(9000)}.b.c`])('is not %j', async (text) => {
    expect(await verify(text)).toBeUndefined();
  });

  it('is a password under each user name, and a Bearer token, and its short token does not outlive it', async () => {
    const { engine, fetch } = closed({ jwt: { publicKey: jwk } });
    await engine.ecrPublic.createRepository({ repositoryName: 'web' });
    const jwt = await jwtOf({ ...claims, capabilities: ['pull'] });
    const status = (authorization: string, method = 'GET') =>
      fetch(`/v2/${alias}/web/${method === 'GET' ? 'tags/list' : 'blobs/uploads/'}`, {
        method,
        headers: { authorization },
      }).then((response) => response.status);
    for (const authorization of [basic('anyone', jwt), basic('AWS', jwt), `Bearer ${jwt}`]) {
      expect(await status(authorization)).toBe(200);
      expect(await status(authorization, 'POST')).toBe(403);
    }
    const answer = await fetch(`/token?scope=repository:${alias}/web:pull`, {
      headers: { authorization: basic('anyone', jwt) },
    });
    const { token, expires_in } = (await answer.json()) as { token: string; expires_in: number };
    expect(expires_in).toBe(60);
    expect(await status(`Bearer ${token}`)).toBe(200);
    expect(await status(basic('anyone', `${jwt.slice(0, -4)}AAAA`))).toBe(401);
  });

  it('means nothing to a registry without a public key', async () => {
    const { fetch } = closed();
    const headers = { authorization: basic('anyone', await jwtOf(claims)) };
    expect((await fetch('/v2/', { headers })).status).toBe(401);
  });
});
