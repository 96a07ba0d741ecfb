import type { ByteStore, Storage } from '@coracle/core';
import { engineRules, storageRules } from '@coracle/storage-suite';
import { type IDBPDatabase, openDB } from 'idb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connection } from '../src/connection.ts';
import { deleteIndexedDbStorage, indexedDbStorage } from '../src/index.ts';
import { IndexedDbRecords } from '../src/indexeddb-records.ts';
import { type Step, steps } from '../src/schema.ts';

let databases = 0;
const newName = () => `storage-${++databases}`;

/** The name of a database of the test's own, deleted after it. */
export function ownDatabase(): string {
  const name = newName();
  onTestFinished(() => deleteIndexedDbStorage(name));
  return name;
}

/** A storage of the test's own. */
export function ownStorage(): Storage {
  const storage = indexedDbStorage(ownDatabase());
  onTestFinished(async () => storage.close?.());
  return storage;
}

/** Another program's connection, closed after the test: by default it lets go of nothing. */
async function otherProgram(name: string, version: number, upgrade?: (database: IDBPDatabase) => void) {
  const database = await openDB(name, version, { upgrade: (opened) => upgrade?.(opened) });
  onTestFinished(() => database.close());
  return database;
}

const record = (key: string, value = 1) => ({ key, version: `${key}-${value}`, value });
const bytesOf = (size: number) => new Uint8Array(size).map((_, i) => i % 251);

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

/** What holds wherever there is IndexedDB. */
export function describeStorage(): void {
  let name = '';
  const subject = {
    open: async () => {
      name = newName();
      return indexedDbStorage(name);
    },
    reopen: async () => indexedDbStorage(name),
    destroy: () => deleteIndexedDbStorage(name),
    guarantees: { atomicCommit: true, freshReads: true },
  };

  describe('the contract', () => {
    for (const rule of storageRules(subject)) it(rule.name, rule.run);
  });

  describe('the engine on it', () => {
    for (const rule of engineRules(subject)) it(rule.name, rule.run);
  });

  describe('storages of one name', () => {
    it('are one database: what one has committed, the other reads', async () => {
      const database = ownDatabase();
      const [one, other] = [indexedDbStorage(database), indexedDbStorage(database)];
      await one.records.commit({ put: [record('a')] });
      await one.bytes.put('piece', bytesOf(100_000));
      expect(await other.records.getMany(['a'])).toEqual([record('a')]);
      expect(await other.bytes.get('piece')).toEqual(bytesOf(100_000));
    });

    it('lose no increment when both count at once', async () => {
      const database = ownDatabase();
      const count = async (storage: Storage) => {
        for (let done = 0; done < 20; ) {
          const [read] = await storage.records.getMany(['count']);
          const value = Number(read?.value ?? 0) + 1;
          const expected = { key: 'count', version: read?.version ?? null };
          if ((await storage.records.commit({ expect: [expected], put: [record('count', value)] })).ok) done++;
        }
      };
      await Promise.all([count(indexedDbStorage(database)), count(indexedDbStorage(database))]);
      expect(await indexedDbStorage(database).records.getMany(['count'])).toEqual([record('count', 40)]);
    });
  });

  describe('a piece', () => {
    it.each([1000, 1_000_000])('of %i bytes is read in whatever form it was written', async (size) => {
      const database = ownDatabase();
      const { bytes } = indexedDbStorage(database);
      await bytes.put('own', bytesOf(size));
      const raw = await otherProgram(database, 1);
      const forms = { blob: new Blob([bytesOf(size)]), view: bytesOf(size), buffer: bytesOf(size).buffer };
      for (const [id, form] of Object.entries(forms)) await raw.put('pieces', form, id);
      for (const id of ['own', 'blob', 'view', 'buffer']) {
        const read = await bytes.get(id);
        expect(read).toBeInstanceOf(Uint8Array);
        expect(sameBytes(read, bytesOf(size)), id).toBe(true);
        await bytes.put(id, bytesOf(size));
        await expect(bytes.put(id, bytesOf(size).fill(0))).rejects.toThrow(/never overwritten/);
        expect(sameBytes(await bytes.get(id), bytesOf(size)), id).toBe(true);
      }
    });
  });

  describe('what it refuses, it says', () => {
    it('other bytes under an id that is taken', async () => {
      const { bytes } = ownStorage();
      await bytes.put('id', Uint8Array.of(1));
      await expect(bytes.put('id', Uint8Array.of(2, 3))).rejects.toThrow(
        'indexedDbStorage cannot put 2 bytes under "id": other bytes (1) are there already, and pieces are never overwritten; take a new id.',
      );
      expect(await bytes.get('id')).toEqual(Uint8Array.of(1));
    });

    it('a piece that is larger than it says it takes', async () => {
      const { bytes } = ownStorage();
      const huge = new Uint8Array(bytes.maxBytes + 1);
      await expect(bytes.put('huge', huge)).rejects.toThrow(/cut them into pieces of at most 67108864 bytes/);
      expect(await bytes.get('huge')).toBeUndefined();
    });

    it('a page of no records, or of too many', async () => {
      const { records } = ownStorage();
      for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
        await expect(records.list({ prefix: '', limit })).rejects.toThrow(/ask for 1 to 1000 and page on/);
      }
    });

    it('a value that cannot be stored, by what the browser says of it', async () => {
      const database = ownDatabase();
      const { records } = indexedDbStorage(database);
      const bad = { ...record('bad'), value: (() => 1) as never };
      const error = await records.commit({ put: [record('good'), bad] }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ cause: { name: 'DataCloneError' } });
      expect(String(error)).toMatch(
        `indexedDbStorage cannot commit 2 records and the removal of 0 in the database "${database}": `,
      );
    });
  });

  describe('a storage that was closed', () => {
    const says = (database: string) =>
      `indexedDbStorage can use the database "${database}" no longer: this program closed it.`;

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
      await allSay(used(storage), `All that was in the database "${database}" is gone: it was deleted, or the data of`);
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
      await expect(one.records.getMany(['a'])).rejects.toThrow('is gone');
      expect(await one.records.getMany(['a', 'b'])).toEqual([undefined, record('b')]);
      expect([one.records.generation, other.records.generation]).toEqual([1, 0]);
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
      const says = `indexedDbStorage cannot open the database "${database}": it was written by a newer version of Coracle`;
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
        `indexedDbStorage cannot open the database "${database}": it was written by a newer version of Coracle, and this one knows its schema only up to version 1.`,
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
      const says = `The database "${database}" cannot be upgraded yet: another tab or worker of this site has it open and does not let go. Close the site's other tabs`;
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
        `The database "${database}" cannot be deleted yet: another tab or worker of this site has it open and does not let go.`,
      );
      stubborn.close();
      await deleteIndexedDbStorage(database);
      expect((await indexedDB.databases()).map((one) => one.name)).not.toContain(database);
    });
  });
}

function sameBytes(left: Awaited<ReturnType<ByteStore['get']>>, right: Uint8Array): boolean {
  return left !== undefined && left.length === right.length && left.every((byte, i) => byte === right[i]);
}
