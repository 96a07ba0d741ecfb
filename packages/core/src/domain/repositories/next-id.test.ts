import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { emptyRegistry, hour, imagesIn, push, type TestRegistry } from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import type { Change, Storage } from '../../storage/port.ts';

const repositoryName = 'team/web';

/** A registry whose commits are not atomic. */
function registryOn(inner: Storage, commit = (change: Change) => inner.records.commit(change)): TestRegistry {
  const guarantees = { atomicCommit: false, freshReads: false, remote: true };
  const storage = watchedStorage(storageWith(inner, { records: { guarantees, commit } }));
  return emptyRegistry({ storage, ids: () => crypto.randomUUID() });
}

const idOf = async ({ storage }: TestRegistry, name = repositoryName): Promise<string> => {
  const { records } = await storage.contents();
  const [, value] =
    Object.entries(records).find(([key]) => key.startsWith('repository/') && key.endsWith(`/${name}`)) ?? [];
  return String((value as { id?: string } | undefined)?.id);
};

const grace = 24 * hour;

describe('when commits are not atomic', () => {
  it('two places that create a repository without seeing each other take one id for it', async () => {
    const [here, there] = [registryOn(memoryStorage()), registryOn(memoryStorage())];
    for (const { ecrPublic } of [here, there]) await ecrPublic.createRepository({ repositoryName });
    expect(await idOf(here)).toBe(await idOf(there));
    expect(await idOf(here)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    await here.ecrPublic.createRepository({ repositoryName: 'other' });
    expect(await idOf(here, 'other')).not.toBe(await idOf(here));
  });

  it('they do so after a deletion as well, and take another one than before', async () => {
    const [here, there] = [registryOn(memoryStorage()), registryOn(memoryStorage())];
    const ids: string[] = [];
    for (let times = 0; times < 3; times++) {
      for (const { ecrPublic } of [here, there]) await ecrPublic.createRepository({ repositoryName });
      expect(await idOf(here)).toBe(await idOf(there));
      ids.push(await idOf(here));
      for (const { ecrPublic } of [here, there]) await ecrPublic.deleteRepository({ repositoryName });
    }
    expect(new Set(ids).size).toBe(3);
  });

  it('a repository is not created under an id that is still to be collected', async () => {
    const inner = memoryStorage();
    const registry = registryOn(inner);
    const { ecrPublic } = registry;
    await ecrPublic.createRepository({ repositoryName });
    const first = await idOf(registry);
    await ecrPublic.deleteRepository({ repositoryName });
    const [mark] = (await inner.records.list({ prefix: 'repository/', limit: 1 })).entries;
    await ecrPublic.createRepository({ repositoryName });
    await ecrPublic.deleteRepository({ repositoryName });
    // A place that had seen only the first of them deletes it once more.
    if (mark) await inner.records.commit({ put: [mark] });
    await ecrPublic.createRepository({ repositoryName });
    const { records } = await registry.storage.contents();
    expect(Object.keys(records).filter((key) => key.startsWith('gone/'))).toHaveLength(2);
    expect(Object.keys(records)).not.toContain(`gone/${await idOf(registry)}`);
    expect(await idOf(registry)).not.toBe(first);
  });

  it('a deleted repository is in no list, and pages are as long as they were asked for', async () => {
    const { ecrPublic, distribution } = registryOn(memoryStorage());
    const names = ['a1', 'b1', 'c1', 'd1', 'e1'];
    for (const name of names) await ecrPublic.createRepository({ repositoryName: name });
    for (const name of ['b1', 'c1', 'e1']) await ecrPublic.deleteRepository({ repositoryName: name });
    const first = await ecrPublic.describeRepositories({ maxResults: 2 });
    expect(first.repositories.map((one) => one.repositoryName)).toEqual(['a1', 'd1']);
    const second = await ecrPublic.describeRepositories({ maxResults: 2, nextToken: first.nextToken ?? '' });
    expect([second.repositories, second.nextToken]).toEqual([[], undefined]);
    await expect(ecrPublic.describeRepositories({ repositoryNames: ['b1'] })).rejects.toThrow('does not exist');
    await expect(ecrPublic.deleteRepository({ repositoryName: 'b1' })).rejects.toThrow('does not exist');
    const at = await distribution.locate('public.ecr.aws', 'xqj38ptr/b1');
    await expect(distribution.getTags(at)).rejects.toThrow('does not exist');
  });

  it('a deletion that broke off after its first write takes nothing from the repository', async () => {
    const inner = memoryStorage();
    let breaks = false;
    const registry = registryOn(inner, async (change) => {
      if (!breaks) return inner.records.commit(change);
      await inner.records.commit({ put: change.put?.slice(0, 1) ?? [] });
      throw new Error('the process is gone');
    });
    await registry.ecrPublic.createRepository({ repositoryName });
    const { digest } = await push(registry, repositoryName, 'v1');
    breaks = true;
    await expect(registry.ecrPublic.deleteRepository({ repositoryName, force: true })).rejects.toThrow('is gone');
    breaks = false;
    for (let times = 0; times < 2; times++) {
      registry.clock.advance(grace);
      expect(await registry.engine.collectGarbage({ grace })).toMatchObject({
        repositories: 0,
        layers: 0,
        contents: 0,
      });
    }
    expect(await imagesIn(registry, repositoryName)).toEqual([[digest, ['v1']]]);
    const { records } = await registry.storage.contents();
    expect(Object.keys(records).filter((key) => key.startsWith('gone/'))).toEqual([]);
  });

  it('a deleted repository leaves nothing behind but that it was there', async () => {
    const registry = registryOn(memoryStorage());
    await registry.ecrPublic.createRepository({ repositoryName });
    await push(registry, repositoryName, 'v1');
    await registry.ecrPublic.deleteRepository({ repositoryName, force: true });
    for (let times = 0; times < 3; times++) {
      registry.clock.advance(grace);
      await registry.engine.collectGarbage({ grace });
    }
    const { records } = await registry.storage.contents();
    expect(Object.keys(records).filter((key) => !/^(?:alias|registry)\//.test(key))).toEqual([
      `repository/public/123456789012/${repositoryName}`,
    ]);
  });
});
