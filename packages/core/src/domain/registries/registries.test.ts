import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import {
  account,
  emptyRegistry,
  otherAccount,
  defaultAlias as ownDefaultAlias,
  registryWith,
  type TestRegistry,
} from '../../../test-support/registry.ts';
import { watchedStorage } from '../../../test-support/storage.ts';
import { aliasPattern, defaultAlias } from './aliases.ts';

const aliases = async ({ ecrPublic }: TestRegistry, accountId = account) =>
  (await ecrPublic.describeRegistries({}, { accountId })).registries[0]?.aliases.map(
    ({ name, status, primaryRegistryAlias }) => [name, status, primaryRegistryAlias],
  );

/** The account whose repository a path with this alias means. */
const ownerOf = async ({ distribution }: TestRegistry, alias: string) =>
  distribution.locate('public.ecr.aws', `${alias}/x1`).then(
    ({ registry }) => registry.accountId,
    () => undefined,
  );

describe('a default alias', () => {
  it('is eight letters and digits, the first a letter, and follows from the account', () => {
    const accounts = Array.from({ length: 2000 }, (_, i) => String(100_000_000_000 + i * 7919));
    const found = accounts.map(defaultAlias);
    for (const alias of found) expect(alias).toMatch(/^[a-z][a-z0-9]{7}$/);
    expect(new Set(found).size).toBe(accounts.length);
    expect(accounts.map(defaultAlias)).toEqual(found);
    expect(defaultAlias(account)).toBe(ownDefaultAlias);
  });

  it('has the form that the service model gives aliases', () => {
    for (const name of ['ab', 'a1', 'acme', 'a1-b2.c3_d4']) expect(aliasPattern.test(name)).toBe(true);
    for (const name of ['a', '1a', 'A1', 'a-', 'ab--c', '-ab', 'ab.', 'a/b', 'ab\n', ''])
      expect(aliasPattern.test(name)).toBe(false);
  });
});

describe('a custom alias', () => {
  it('of the engine names the registry before and after its first repository', async () => {
    const registry = emptyRegistry({ registryAlias: 'acme' });
    expect(await aliases(registry)).toEqual([['acme', 'ACTIVE', true]]);
    expect(await ownerOf(registry, 'acme')).toBe(account);
    await registry.ecrPublic.createRepository({ repositoryName: 'x1' });
    expect(await aliases(registry)).toEqual([
      ['acme', 'ACTIVE', true],
      [ownDefaultAlias, 'ACTIVE', false],
    ]);
    expect(await ownerOf(registry, ownDefaultAlias)).toBe(account);
  });

  it('can be set, and taken away again', async () => {
    const registry = await registryWith(['x1']);
    await registry.engine.setPublicRegistry({ alias: 'acme' });
    expect([await ownerOf(registry, 'acme'), await ownerOf(registry, ownDefaultAlias)]).toEqual([account, account]);
    await registry.engine.setPublicRegistry({ alias: null });
    expect(await aliases(registry)).toEqual([[ownDefaultAlias, 'ACTIVE', true]]);
    expect(await ownerOf(registry, 'acme')).toBeUndefined();
  });

  it('can be taken away also where the engine was made with it', async () => {
    const registry = await registryWith(['x1'], { registryAlias: 'acme' });
    await registry.engine.setPublicRegistry({ alias: null });
    expect(await aliases(registry)).toEqual([[ownDefaultAlias, 'ACTIVE', true]]);
    expect(await ownerOf(registry, 'acme')).toBeUndefined();
  });

  it('gives way to the next one, which is active unless told otherwise', async () => {
    const registry = await registryWith(['x1'], { registryAlias: 'acme' });
    await registry.engine.setPublicRegistry({ alias: 'second', aliasStatus: 'PENDING' });
    expect(await aliases(registry)).toEqual([
      ['second', 'PENDING', false],
      [ownDefaultAlias, 'ACTIVE', true],
    ]);
    await registry.engine.setPublicRegistry({ alias: 'third' });
    expect((await aliases(registry))?.[0]).toEqual(['third', 'ACTIVE', true]);
    expect([await ownerOf(registry, 'acme'), await ownerOf(registry, 'second')]).toEqual([undefined, undefined]);
  });

  it('keeps its status when something else is set, and its name when the status is', async () => {
    for (const options of [{}, { registryAlias: 'acme' }]) {
      const registry = await registryWith(['x1'], options);
      await registry.engine.setPublicRegistry({
        ...(options.registryAlias ? {} : { alias: 'acme' }),
        aliasStatus: 'REJECTED',
      });
      await registry.engine.setPublicRegistry({ verified: true });
      expect((await aliases(registry))?.[0]).toEqual(['acme', 'REJECTED', false]);
      await registry.engine.setPublicRegistry({ aliasStatus: 'ACTIVE' });
      expect((await aliases(registry))?.[0]).toEqual(['acme', 'ACTIVE', true]);
    }
  });

  it('belongs to one registry', async () => {
    const registry = await registryWith(['x1'], { registryAlias: 'acme' });
    await registry.engine.setPublicRegistry({ accountId: otherAccount, alias: 'others' });
    for (const settings of [
      { alias: 'others' },
      { accountId: otherAccount, alias: 'acme' },
      { accountId: otherAccount, alias: ownDefaultAlias },
    ]) {
      await expect(registry.engine.setPublicRegistry(settings)).rejects.toThrow('belongs to the registry of account');
    }
    expect([await ownerOf(registry, 'acme'), await ownerOf(registry, 'others')]).toEqual([account, otherAccount]);
    await registry.engine.setPublicRegistry({ accountId: otherAccount, alias: null });
    await registry.engine.setPublicRegistry({ alias: 'others' });
    expect(await ownerOf(registry, 'others')).toBe(account);
  });

  it.each(['', 'a', 'Acme', 'ac me', 'x'.repeat(51)])('cannot be %j', async (alias) => {
    const registry = emptyRegistry();
    await expect(registry.engine.setPublicRegistry({ alias })).rejects.toThrow('is not a valid alias of a registry');
    expect((await registry.storage.contents()).records).toEqual({});
  });

  it('leaves the default alias working when it was the same', async () => {
    const registry = emptyRegistry();
    const alias = defaultAlias(otherAccount);
    await registry.ecrPublic.createRepository({ repositoryName: 'x1' }, { accountId: otherAccount });
    await registry.engine.setPublicRegistry({ accountId: otherAccount, alias });
    await registry.engine.setPublicRegistry({ accountId: otherAccount, alias: null });
    expect(await ownerOf(registry, alias)).toBe(otherAccount);
  });

  it('stays with the storage, not with the engine', async () => {
    const storage = watchedStorage(memoryStorage());
    const first = emptyRegistry({ storage });
    await first.ecrPublic.createRepository({ repositoryName: 'x1' });
    await first.engine.setPublicRegistry({ alias: 'acme', verified: true });
    const second = emptyRegistry({ storage, registryAlias: 'other' });
    expect((await aliases(second))?.[0]).toEqual(['acme', 'ACTIVE', true]);
  });
});
