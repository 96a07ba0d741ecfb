import { describe, expect, it } from 'vitest';
import { accessFromEnv } from './from-env.ts';

describe('accessFromEnv', () => {
  it('reads users, keys, a public key, anonymous pulls and secrets', () => {
    const env = {
      USERNAME: 'alice',
      PASSWORD: 'open sesame',
      READONLY_USERNAME: 'bob',
      READONLY_PASSWORD: 'just looking',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      JWT_REGISTRY_TOKENS_PUBLIC_KEY: 'e30=',
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
      jwt: { publicKey: 'e30=' },
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
    [{ ANONYMOUS_PULL: 'maybe' }, 'ANONYMOUS_PULL must be true or false'],
    [{ ANONYMOUS_PULL: '1', TOKEN_SECRET: ', ' }, 'TOKEN_SECRET must have at least 32 characters'],
    [{ USERNAME: 'alice', PASSWORD: { get() {} } }, 'PASSWORD must be a text: set it as a variable or as a secret'],
  ])('refuses %j', (env, message) => {
    expect(() => accessFromEnv(env)).toThrow(message);
  });

  it('reads booleans, as the JSON variables of a Worker have them', () => {
    expect(accessFromEnv({ ANONYMOUS_PULL: true })).toEqual({ anonymousPull: true });
    expect(() => accessFromEnv({ ANONYMOUS_PULL: false })).toThrow('no setting lets anyone in');
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
