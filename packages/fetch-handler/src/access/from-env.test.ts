import { describe, expect, it } from 'vitest';
import { accessFromEnv } from './from-env.ts';

const publicKey = btoa(JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }));

describe('accessFromEnv', () => {
  it('reads users, keys, a public key, anonymous pulls and secrets', () => {
    const env = {
      USERNAME: 'alice',
      PASSWORD: 'open sesame',
      READONLY_USERNAME: 'bob',
      READONLY_PASSWORD: 'just looking',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      JWT_REGISTRY_TOKENS_PUBLIC_KEY: publicKey,
      ANONYMOUS_PULL: 'true',
      TOKEN_SECRET: `${'n'.repeat(32)}, ${'o'.repeat(32)}`,
      PIECES: { put() {} },
    };
    expect(accessFromEnv(env)).toEqual({
      users: [
        { name: 'alice', password: 'open sesame', rights: ['pull', 'push'] },
        { name: 'bob', password: 'just looking', rights: ['pull'] },
      ],
      keys: [{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }],
      jwt: { publicKey },
      anonymousPull: true,
      tokenSecret: ['n'.repeat(32), 'o'.repeat(32)],
    });
  });

  it('reads names with a prefix', () => {
    const env = { USERNAME: 'root', CORACLE_ANONYMOUS_PULL: '1' };
    expect(accessFromEnv(env, { prefix: 'CORACLE_' })).toEqual({ anonymousPull: true });
  });

  it.each<[Record<string, unknown>, string]>([
    [
      {},
      'Access is closed, and no setting lets anyone in: set USERNAME and PASSWORD, or READONLY_USERNAME and READONLY_PASSWORD, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or JWT_REGISTRY_TOKENS_PUBLIC_KEY, or ANONYMOUS_PULL to true',
    ],
    [{ TOKEN_SECRET: 'x'.repeat(32), USERNAME: ' ', ANONYMOUS_PULL: 'false' }, 'no setting lets anyone in'],
    [{ USERNAME: 'alice' }, 'PASSWORD is missing: USERNAME is set, and needs it'],
    [{ USERNAME: 'alice', PASSWORD: '' }, 'PASSWORD is missing: USERNAME is set, and needs it'],
    [{ READONLY_PASSWORD: 'x' }, 'READONLY_USERNAME is missing: READONLY_PASSWORD is set, and needs it'],
    [{ AWS_ACCESS_KEY_ID: 'x' }, 'AWS_SECRET_ACCESS_KEY is missing: AWS_ACCESS_KEY_ID is set, and needs it'],
    [{ ANONYMOUS_PULL: '1', TOKEN_SECRET: `${'n'.repeat(32)},short` }, 'TOKEN_SECRET must have at least 32 characters'],
    [{ USERNAME: 'a:b', PASSWORD: 'x' }, 'USERNAME must be a text that is not empty, without a colon'],
    [{ READONLY_USERNAME: 'AWS', READONLY_PASSWORD: 'x' }, "READONLY_USERNAME must not be 'AWS': clients send tokens"],
    [
      { USERNAME: 'alice', PASSWORD: 'x', READONLY_USERNAME: 'alice', READONLY_PASSWORD: 'y' },
      'READONLY_USERNAME and USERNAME are the same name: each user needs its own name',
    ],
    [{ AWS_ACCESS_KEY_ID: 'A B', AWS_SECRET_ACCESS_KEY: 'x' }, 'AWS_ACCESS_KEY_ID must be a text of letters, digits'],
    [{ JWT_REGISTRY_TOKENS_PUBLIC_KEY: 'e30=' }, 'JWT_REGISTRY_TOKENS_PUBLIC_KEY must be a public key for ES256'],
    [
      { JWT_REGISTRY_TOKENS_PUBLIC_KEY: btoa('{"d":"x"}') },
      'JWT_REGISTRY_TOKENS_PUBLIC_KEY is a private key: give the public key',
    ],
    [{ ANONYMOUS_PULL: 'maybe' }, 'ANONYMOUS_PULL must be true or false'],
    [{ ANONYMOUS_PULL: '1', TOKEN_SECRET: ', ' }, 'TOKEN_SECRET must have at least 32 characters'],
    [{ USERNAME: 'alice', PASSWORD: { get() {} } }, 'PASSWORD must be a text: set it as a variable or as a secret'],
  ])('refuses %j', (env, message) => {
    expect(() => accessFromEnv(env)).toThrow(message);
    const prefixed = Object.fromEntries(Object.entries(env).map(([name, value]) => [`MY_${name}`, value]));
    expect(() => accessFromEnv(prefixed, { prefix: 'MY_' })).toThrow(/MY_/);
    expect(() => accessFromEnv(prefixed, { prefix: 'MY_' })).not.toThrow(/access\./);
  });

  it('reads booleans, as the JSON variables of a Worker have them', () => {
    expect(accessFromEnv({ ANONYMOUS_PULL: true })).toEqual({ anonymousPull: true });
    expect(() => accessFromEnv({ ANONYMOUS_PULL: false })).toThrow('no setting lets anyone in');
  });

  it.each([undefined, null, 'USERNAME=alice'])('refuses an environment that is none: %j', (env) => {
    expect(() => accessFromEnv(env as never)).toThrow(
      new TypeError('accessFromEnv takes an object with the settings: process.env, or the `env` of a Worker'),
    );
  });

  it.each<[unknown, string]>([
    ['CORACLE_', 'The second argument of accessFromEnv takes an object { prefix }, not String'],
    [{ prefx: 'CORACLE_' }, "The second argument of accessFromEnv has no option 'prefx'; did you mean 'prefix'?"],
    [{ prefix: 7 }, 'prefix must be a text, such as CORACLE_'],
  ])('refuses the options %j', (options, message) => {
    expect(() => accessFromEnv({ ANONYMOUS_PULL: '1' }, options as never)).toThrow(new TypeError(message));
  });

  it('shows no value, because a secret may be in the wrong setting', () => {
    expect(() => accessFromEnv({ ANONYMOUS_PULL: 'do not tell' })).not.toThrow(/do not tell/);
  });

  it('names the settings with their prefix', () => {
    const read = (env: Record<string, string>) => () => accessFromEnv(env, { prefix: 'CORACLE_' });
    expect(read({})).toThrow('set CORACLE_USERNAME and CORACLE_PASSWORD, or CORACLE_READONLY_USERNAME and');
    expect(read({ CORACLE_USERNAME: 'x' })).toThrow('CORACLE_PASSWORD is missing: CORACLE_USERNAME is set');
  });
});
