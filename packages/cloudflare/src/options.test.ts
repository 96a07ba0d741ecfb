import { describe, expect, expectTypeOf, it } from 'vitest';
import { checkOptions, type optionNames, type RegistryWorkerOptions, readAccess, readStorage } from './options.ts';

const users = [{ name: 'alice', password: 'open sesame', rights: ['pull'] as const }];

describe('the options of registryWorker', () => {
  it('are all known', () => {
    expectTypeOf<(typeof optionNames)[number]>().toEqualTypeOf<keyof RegistryWorkerOptions>();
  });

  it.each<[unknown, string]>([
    [null, 'registryWorker takes an object, not Null'],
    [{ regon: 'eu-west-1' }, "registryWorker has no option 'regon'; did you mean 'region'?"],
    [{ createOnpush: true }, "registryWorker has no option 'createOnpush'; did you mean 'createOnPush'?"],
    [
      { faces: [] },
      "registryWorker has no option 'faces'; it has access, name, bindings, storage, endpoint, accountId, ",
    ],
    [{ secret: 'x'.repeat(32) }, "registryWorker has no option 'secret'"],
    [{ name: 5 }, 'name must be a text that is not empty'],
    [{ name: '' }, 'name must be a text that is not empty'],
    [{ bindings: 'REGISTRY' }, 'bindings takes an object { registry, pieces, refusedLogins }, not String'],
    [{ bindings: { registy: 'x' } }, "bindings has no member 'registy'; did you mean 'registry'?"],
    [{ bindings: { pieces: {} } }, 'bindings.pieces must be a text that is not empty: the name of a binding'],
    [{ storage: {} }, "storage must be a function of the Worker's bindings, such as (env) => kvStorage(env.KV)"],
    [{ storage: null }, "storage must be a function of the Worker's bindings"],
    [{ accountId: '12' }, "accountId must be 12 digits, not '12'"],
    [{ endpoint: 'here' }, "endpoint must be an http or https URL, not 'here'"],
    [{ endpoint: new URL('https://registry.test') }, 'endpoint must be a text, such as https://registry.example.com'],
    [{ maxBodyBytes: '1' }, 'maxBodyBytes must be a whole number of bytes above 0'],
    [{ quirks: 'gcp' }, "quirks must be 'aws' or left out"],
    [
      { access: 'closed' },
      "access must be 'open', a function of the Worker's variables, or an object such as { users: [",
    ],
    [{ access: null }, "access must be 'open', a function of the Worker's variables, or an object"],
    [{ access: users }, "access must be 'open', a function of the Worker's variables, or an object"],
    [{ access: {} }, 'access lets nobody in'],
    [{ access: { users, tokenSecret: 'short' } }, 'access.tokenSecret must be a text of at least 32 bytes'],
    [{ access: { user: users } }, "access has no member 'user'; did you mean 'users'?"],
  ])('are checked at once: %j', (options, message) => {
    expect(() => checkOptions(options as RegistryWorkerOptions)).toThrow(TypeError);
    expect(() => checkOptions(options as RegistryWorkerOptions)).toThrow(message);
  });

  it.each<RegistryWorkerOptions>([
    {},
    { access: 'open', name: 'team', bindings: { registry: 'TEAM' }, storage: () => undefined as never },
    { access: { users, tokenSecret: ['x'.repeat(32)] }, createOnPush: true, region: 'eu-west-1' },
    { access: () => ({ users }) },
  ])('may be %j', (options) => {
    expect(() => checkOptions(options)).not.toThrow();
  });
});

describe('the result of a function of registryWorker', () => {
  it.each([undefined, null, 'closed', Promise.resolve({ users })])('is no access: %j', (returned) => {
    expect(() => readAccess(returned as never)).toThrow(
      "The function access of registryWorker must return 'open' or an object such as { users: [",
    );
  });

  it('is access, with a secret that is checked', () => {
    expect(readAccess('open')).toEqual({ access: 'open' });
    expect(readAccess({ users })).toEqual({ access: { users, sourceIp: expect.any(Function) } });
    expect(() => readAccess({ users, tokenSecret: 'short' })).toThrow(
      'access.tokenSecret must be a text of at least 32',
    );
  });

  it.each([undefined, null, {}, 'KV', Promise.resolve()])('is no storage: %j', (returned) => {
    expect(() => readStorage(returned)).toThrow(
      'The function storage of registryWorker must return a storage, such as kvStorage(env.KV)',
    );
  });
});
