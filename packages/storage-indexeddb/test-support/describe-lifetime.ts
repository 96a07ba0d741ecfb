import { createEngine, type Engine, ecr, ecrPublic, type Storage } from '@coracle/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connection } from '../src/connection.ts';
import { deleteIndexedDbStorage, indexedDbStorage } from '../src/index.ts';
import { IndexedDbRecords } from '../src/indexeddb-records.ts';
import { type Step, steps } from '../src/schema.ts';
import { bytesOf, newName, otherProgram, ownDatabase, record } from './databases.ts';

/** One call of each kind. */
const used = (storage: Storage): Promise<unknown>[] => [
  storage.records.getMany(['a']),
  storage.records.list({ prefix: '', limit: 1 }),
  storage.records.commit({ put: [record('a')] }),
  storage.bytes.put('a', bytesOf(1)),
  storage.bytes.get('a'),
  storage.bytes.remove(['a']),
];

async function allSay(calls: readonly Promise<unknown>[], says: string): Promise<void> {
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining(says) } });
  }
}

/** How databases come, go and are given up, wherever there is IndexedDB. */
export function describeLifetime(): void {
  describe('a storage that was closed', () => {
    const says = (database: string) =>
      `indexedDbStorage can no longer use the database "${database}": this program closed the storage.`;

    it('says so to every call', async () => {
      const database = ownDatabase();
      const storage = indexedDbStorage(database);
      await storage.records.commit({ put: [record('a')] });
      await storage.close?.();
      await allSay(used(storage), says(database));
      expect(await indexedDbStorage(database).records.getMany(['a'])).toEqual([record('a')]);
    });

    it('before it was open opens nothing', async () => {
      const database = ownDatabase();
      const storage = indexedDbStorage(database);
      await storage.close?.();
      await allSay(used(storage), says(database));
      expect((await indexedDB.databases()).map((one) => one.name)).not.toContain(database);
    });

    it('while it was opening lets go', async () => {
      const database = newName();
      const storage = indexedDbStorage(database);
      const first = storage.records.getMany(['a']);
      await storage.close?.();
      await expect(first).rejects.toThrow(says(database));
      await deleteIndexedDbStorage(database);
    });
  });

  describe('a database that has gone', () => {
    it('is said once to all who wait for it, and is empty from then on', async () => {
      const database = ownDatabase();
      const storage = indexedDbStorage(database);
      await storage.records.commit({ put: [record('a')] });
      await storage.bytes.put('piece', bytesOf(10));
      expect(storage.records.generation).toBe(0);
      await deleteIndexedDbStorage(database);
      await allSay(
        used(storage),
        `All data of the database "${database}" is lost: the database was deleted, or the data of`,
      );
      expect(storage.records.generation).toBe(1);
      expect((await storage.records.list({ prefix: '', limit: 10 })).entries).toEqual([]);
      expect(await storage.bytes.get('piece')).toBeUndefined();
      await storage.records.commit({ expect: [{ key: 'a', version: null }], put: [record('a', 2)] });
      expect(await indexedDbStorage(database).records.getMany(['a'])).toEqual([record('a', 2)]);
      expect(storage.records.generation).toBe(1);
    });

    it('is said also if another storage has made it anew meanwhile', async () => {
      const database = ownDatabase();
      const [one, other] = [indexedDbStorage(database), indexedDbStorage(database)];
      await one.records.commit({ put: [record('a')] });
      await deleteIndexedDbStorage(database);
      await other.records.commit({ put: [record('b')] });
      await expect(one.records.getMany(['a'])).rejects.toThrow('is lost');
      expect(await one.records.getMany(['a', 'b'])).toEqual([undefined, record('b')]);
      expect([one.records.generation, other.records.generation]).toEqual([1, 0]);
    });

    it('leaves an empty registry to the engine, which keeps nothing of the one before', async () => {
      const database = ownDatabase();
      const engines = [1, 2].map(() =>
        createEngine({ storage: indexedDbStorage(database), services: [ecrPublic, ecr] }),
      );
      const [before, later] = engines as [Engine, Engine];
      for (const engine of engines) onTestFinished(() => engine.close());
      const token = async (engine: Engine) => {
        const { authorizationData } = await engine.ecrPublic.getAuthorizationToken();
        return atob(authorizationData?.authorizationToken ?? '').slice('AWS:'.length);
      };
      await before.ecrPublic.createRepository({ repositoryName: 'team/web' });
      const old = await token(before);
      await deleteIndexedDbStorage(database);
      await expect(before.ecrPublic.describeRepositories()).rejects.toThrow('is lost');
      expect((await before.ecrPublic.describeRepositories()).repositories).toEqual([]);
      await before.ecrPublic.createRepository({ repositoryName: 'team/web' });
      expect((await later.ecrPublic.describeRepositories()).repositories).toHaveLength(1);
      expect(await later.distribution.openToken(await token(before))).toBeDefined();
      expect(await before.distribution.openToken(old)).toBeUndefined();
    });

    it('does not keep calls waiting while another tab keeps its deletion waiting', async () => {
      const database = newName();
      const storage = indexedDbStorage(database);
      await storage.records.commit({ put: [record('a')] });
      const stubborn = await otherProgram(database, 1);
      const says = `The database "${database}" cannot be deleted yet: another tab or worker of this site has it open`;
      await expect(deleteIndexedDbStorage(database)).rejects.toThrow(says);
      await expect(storage.records.getMany(['a'])).rejects.toThrow(says);
      stubborn.close();
      await expect.poll(() => storage.records.getMany(['a']).catch(() => 'not yet')).toEqual([undefined]);
      await storage.close?.();
      await deleteIndexedDbStorage(database);
    });
  });

  describe('a database that another tab has upgraded', () => {
    it('is let go of, and says so to every call', async () => {
      const database = ownDatabase();
      const storage = indexedDbStorage(database);
      await storage.records.commit({ put: [record('a')] });
      await otherProgram(database, 2);
      const says = `indexedDbStorage cannot open the database "${database}": a newer version of Coracle wrote it`;
      await allSay(used(storage), says);
      await allSay(used(storage), says);
    });
  });

  describe('a schema', () => {
    const added: Step = (database) => database.createObjectStore('added' as 'records', { keyPath: 'key' });

    it('is upgraded step by step, with all that was stored', async () => {
      const database = ownDatabase();
      const old = indexedDbStorage(database);
      await old.records.commit({ put: [record('a')] });
      const taken: number[] = [];
      const newer = new Connection(database, [
        ...steps,
        (opened, transaction) => {
          taken.push(2);
          added(opened, transaction);
        },
        (_opened, transaction) => {
          taken.push(3);
          void transaction.objectStore('records').put(record('written by the upgrade'));
        },
      ]);
      const records = new IndexedDbRecords(newer);
      const { entries } = await records.list({ prefix: '', limit: 10 });
      expect(entries).toEqual([record('a'), record('written by the upgrade')]);
      expect(taken).toEqual([2, 3]);
      newer.close();
    });

    it('of a newer version is left alone', async () => {
      const database = ownDatabase();
      const newer = new Connection(database, [...steps, added]);
      await new IndexedDbRecords(newer).commit({ put: [record('a')] });
      await expect(indexedDbStorage(database).records.getMany(['a'])).rejects.toThrow(
        `indexedDbStorage cannot open the database "${database}": a newer version of Coracle wrote it, and this version reads only schemas up to version 1.`,
      );
      expect(await new IndexedDbRecords(newer).getMany(['a'])).toEqual([record('a')]);
      newer.close();
    });

    it('of something else is left alone', async () => {
      const database = ownDatabase();
      const other = await otherProgram(database, 1, (opened) => opened.createObjectStore('songs'));
      await expect(indexedDbStorage(database).records.getMany(['a'])).rejects.toThrow(
        `indexedDbStorage cannot use the database "${database}": something else made it. Choose another name.`,
      );
      expect([...other.objectStoreNames]).toEqual(['songs']);
    });
  });

  describe('another tab that does not let go', () => {
    it('keeps an upgrade waiting, which is said, and then has it', async () => {
      const database = ownDatabase();
      await indexedDbStorage(database).records.commit({ put: [record('a')] });
      const stubborn = await otherProgram(database, 1);
      const newer = new Connection(database, [...steps, () => undefined]);
      const records = new IndexedDbRecords(newer);
      const says = `The database "${database}" cannot be upgraded yet: another tab or worker of this site has it open and does not close it. Close the other tabs of this site`;
      await expect(records.getMany(['a'])).rejects.toThrow(says);
      await expect(records.getMany(['a'])).rejects.toThrow(says);
      stubborn.close();
      await expect.poll(() => records.getMany(['a']).catch(() => 'blocked')).toEqual([record('a')]);
      newer.close();
    });

    it('keeps a deletion waiting, which is said, and then it is gone', async () => {
      const database = newName();
      await indexedDbStorage(database).records.commit({ put: [record('a')] });
      const stubborn = await otherProgram(database, 1);
      await expect(deleteIndexedDbStorage(database)).rejects.toThrow(
        `The database "${database}" cannot be deleted yet: another tab or worker of this site has it open and does not close it.`,
      );
      stubborn.close();
      await deleteIndexedDbStorage(database);
      expect((await indexedDB.databases()).map((one) => one.name)).not.toContain(database);
    });
  });
}
