import type { ByteStore, Storage, StoredRecord } from '@coracle/core';
import { engineRules, storageRules } from '@coracle/storage-suite';
import { describe, expect, it } from 'vitest';
import { deleteIndexedDbStorage, indexedDbStorage } from '../src/index.ts';
import { bytesOf, newName, otherProgram, ownDatabase, ownStorage, record } from './databases.ts';

/** Registers the tests that pass on every IndexedDB: in browsers and on fake-indexeddb. */
export function describeStorage(): void {
  let name = '';
  const subject = {
    open: async () => {
      name = newName();
      return indexedDbStorage(name);
    },
    reopen: async () => indexedDbStorage(name),
    destroy: () => deleteIndexedDbStorage(name),
    guarantees: { atomicCommit: true, freshReads: true, remote: false },
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

  describe('indexedDbStorage refuses with a reason', () => {
    it('other bytes under an id that is taken', async () => {
      const { bytes } = ownStorage();
      await bytes.put('id', Uint8Array.of(1));
      await expect(bytes.put('id', Uint8Array.of(2, 3))).rejects.toThrow(
        'indexedDbStorage cannot put 2 bytes under "id": 1 other bytes are stored under this id, and stored bytes are never overwritten. Use a new id.',
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
        await expect(records.list({ prefix: '', limit })).rejects.toThrow(/ask for 1 to 1000, and list the rest/);
      }
    });

    it('a record that is not what the contract takes, and then writes nothing', async () => {
      const { records } = ownStorage();
      const bad: readonly [StoredRecord, RegExp][] = [
        [record('clé'), /cannot put a record under "clé" \(3 characters\): shorten or encode the key/],
        [{ ...record('large'), value: 'x'.repeat(65_536) }, /cannot put 65538 bytes of JSON under "large"/],
        [
          { ...record('bad'), value: (() => 1) as never },
          /cannot put a record under "bad" whose value is of the type function: use/,
        ],
      ];
      for (const [one, text] of bad) {
        await expect(records.commit({ put: [record('good'), one] })).rejects.toThrow(text);
        expect(await records.getMany(['good'])).toEqual([undefined]);
      }
    });
  });
}

function sameBytes(left: Awaited<ReturnType<ByteStore['get']>>, right: Uint8Array): boolean {
  return left !== undefined && left.length === right.length && left.every((byte, i) => byte === right[i]);
}
