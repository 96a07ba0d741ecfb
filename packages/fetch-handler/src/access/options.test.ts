import { createEngine, repositoryPolicies } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { createFetchHandler } from '../fetch-handler.ts';
import type { AccessOptions } from './options.ts';

const engine = createEngine({ storage: memoryStorage(), services: [], access: repositoryPolicies });
const alice = { name: 'alice', password: 'open sesame', rights: ['pull'] };
const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'do not tell' };

describe('the option access', () => {
  it.each<[unknown, string]>([
    ['closed', "access must be 'open' or an object such as { users:"],
    [null, "access must be 'open' or an object"],
    [[], "access must be 'open' or an object"],
    [{}, "access lets nobody in: set one of keys, users, jwt, anonymousPull, or write access: 'open'"],
    [{ anonymousPull: false }, 'access lets nobody in'],
    [{ user: [alice] }, "access has no member 'user'; did you mean 'users'?"],
    [{ users: [alice], anonymousPull: 'yes' }, 'access.anonymousPull must be true or false'],
    [{ users: [alice], clock: 7 }, 'access.clock must be a function'],
    [{ users: [alice], sourceIp: '127.0.0.1' }, 'access.sourceIp must be a function'],
    [{ users: [alice], tokenSecret: 'x'.repeat(32) }, 'access.tokenSecret is an option of createRegistry()'],
    [{ users: alice }, 'access.users must be a list of users: { name, password, rights }'],
    [{ users: [{ ...alice, name: 'a:b' }] }, 'access.users[0].name must be a text that is not empty, without a colon'],
    [{ users: [{ ...alice, name: 'AWS' }] }, "access.users[0].name must not be 'AWS': clients send tokens"],
    [{ users: [alice, { ...alice, name: 'bob', password: '' }] }, 'access.users[1].password must be a text'],
    [{ users: [{ ...alice, rights: [] }] }, "access.users[0].rights must be a list of 'pull' and 'push'"],
    [{ users: [{ ...alice, rights: ['admin'] }] }, "access.users[0].rights must be a list of 'pull' and 'push'"],
    [
      { users: [alice, { ...alice, password: 'other' }] },
      'access.users[1] and access.users[0] have the same name: each name must be unique',
    ],
    [{ users: [{ ...alice, expires: 1 }] }, "access.users[0] has no member 'expires'"],
    [{ users: [null] }, 'access.users[0] takes an object { name, password, rights }, not Null'],
    [{ users: [{ ...alice, name: 7 }] }, 'access.users[0].name must be a text that is not empty, without a colon'],
    [{ users: [{ ...alice, password: 7 }] }, 'access.users[0].password must be a text that is not empty'],
    [{ users: [{ ...alice, rights: 'pull' }] }, "access.users[0].rights must be a list of 'pull' and 'push'"],
    [{ users: [] }, 'access lets nobody in'],
    [{ users: [], keys: [], anonymousPull: false }, 'access lets nobody in'],
    [{ keys: {} }, 'access.keys must be a list of access keys, or a function that finds an access key'],
    [{ keys: [{ ...key, accessKeyId: '' }] }, 'access.keys[0].accessKeyId must be a text'],
    [{ keys: [{ accessKeyId: 'AKID' }] }, 'access.keys[0].secretAccessKey must be a text'],
    [{ keys: 'AKID' }, 'access.keys must be a list of access keys, or a function that finds an access key'],
    [{ keys: [{ ...key, secretAccessKey: 7 }] }, 'access.keys[0].secretAccessKey must be a text'],
    [{ keys: [{ ...key, accountId: '42' }] }, "access.keys[0].accountId must be a text of 12 digits, such as '1234"],
    [{ keys: [{ ...key, accountId: 123456789012 }] }, 'access.keys[0].accountId must be a text of 12 digits'],
    [{ keys: [{ ...key, accountId: ['123456789012'] }] }, 'access.keys[0].accountId must be a text of 12 digits'],
    [{ keys: [{ ...key, accountId: '' }] }, 'access.keys[0].accountId must be a text of 12 digits'],
    [{ keys: [{ ...key, sessionToken: 7 }] }, 'access.keys[0].sessionToken must be a text that is not empty'],
    [
      { keys: [{ ...key, principal: ['arn:aws:iam::123456789012:user/ci'] }] },
      'access.keys[0].principal must be an ARN',
    ],
    [{ keys: [{ ...key, expiration: 1 }] }, 'access.keys[0].expiration must be a valid Date'],
    [{ keys: [{ ...key, expiration: new Date('never') }] }, 'access.keys[0].expiration must be a valid Date'],
    [{ keys: [{ ...key, expires: new Date(0) }] }, "access.keys[0] has no member 'expires'"],
    [
      { keys: [{ ...key, accessKeyId: 'do not tell' }] },
      'access.keys[0].accessKeyId must be a text of letters, digits',
    ],
    [{ keys: [{ ...key, sessionToken: '' }] }, 'access.keys[0].sessionToken must be a text that is not empty'],
    [{ keys: [{ ...key, principal: 'ci' }] }, 'access.keys[0].principal must be an ARN such as'],
    [
      { keys: [{ ...key, accountId: '210987654321', principal: 'arn:aws:iam::123456789012:user/ci' }] },
      'access.keys[0].principal must be an ARN of the account access.keys[0].accountId',
    ],
    [{ keys: [null] }, 'access.keys[0] takes an object { accessKeyId, secretAccessKey, '],
    [
      { keys: [key, key] },
      'access.keys[1] and access.keys[0] have the same accessKeyId: each accessKeyId must be unique',
    ],
    [{ jwt: null }, 'access.jwt takes an object { publicKey }, not Null'],
    [{ jwt: 'bm8ga2V5' }, 'access.jwt takes an object { publicKey }, not String'],
    [{ jwt: { publicKey: 'bm8ga2V5', audience: 'x' } }, "access.jwt has no member 'audience'"],
    [{ jwt: { publicKey: 'bm8ga2V5' } }, 'access.jwt.publicKey must be a public key for ES256: a JWK'],
    [{ jwt: {} }, 'access.jwt.publicKey must be a public key for ES256'],
    [
      { jwt: { publicKey: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' } } },
      'access.jwt.publicKey is a private key',
    ],
  ])('is checked: %j', (access, message) => {
    const make = () => createFetchHandler(engine, { access: access as AccessOptions });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow(/open sesame|do not tell/);
  });

  it.each<AccessOptions>([
    { users: [{ name: 'alice', password: 'x', rights: ['pull', 'push'] }] },
    { keys: [key] },
    { keys: [Object.assign({}, key, { $source: { CREDENTIALS_CODE: 'e' }, credentialScope: 'x' })] },
    { keys: [{ ...key, accountId: '123456789012', principal: 'arn:aws:sts::123456789012:assumed-role/ci/run' }] },
    { keys: () => undefined },
    { anonymousPull: true },
  ])('may be %j', (access) => {
    expect(createFetchHandler(engine, { access })).toBeTypeOf('function');
  });

  it('needs an engine that checks it', () => {
    const unchecked = createEngine({ storage: memoryStorage(), services: [] });
    const access = { users: [{ name: 'alice', password: 'x', rights: ['pull'] as const }] };
    expect(() => createFetchHandler(unchecked, { access })).toThrow(
      new TypeError(
        'access is closed, but the engine does not check it: write createEngine({ access: repositoryPolicies, … }), with repositoryPolicies of @coracle/registry/core',
      ),
    );
    expect(createFetchHandler(unchecked, { access: 'open' })).toBeTypeOf('function');
  });
});
