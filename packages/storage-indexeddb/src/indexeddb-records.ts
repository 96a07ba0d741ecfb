import type { Change, CommitResult, ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/core';
import { apply, begin, type Connection } from './connection.ts';

const maxLimit = 1000;

/** Sorts after every ASCII character. */
const afterAscii = '\uffff';

/** Records in an object store by their key. */
export class IndexedDbRecords implements RecordStore {
  readonly guarantees = { atomicCommit: true, freshReads: true } as const;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    return this.#connection.run(`read ${keys.length} records`, async (database) => {
      const { store } = begin(database, 'records', 'readonly');
      return Promise.all(keys.map((key) => store.get(key)));
    });
  }

  async list({ prefix, after, limit }: ListRange): Promise<ListPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
      throw new Error(`indexedDbStorage cannot list ${limit} records at once: ask for 1 to ${maxLimit} and page on.`);
    }
    const end = prefix + afterAscii;
    // A range that ends before it begins would be an error there.
    if (after !== undefined && after >= end) return { entries: [], more: false };
    const goesOn = after !== undefined && after >= prefix;
    const entries = await this.#connection.run(`list ${limit} records`, (database) => {
      const range = IDBKeyRange.bound(goesOn ? after : prefix, end, goesOn);
      // One more than asked for tells whether there is more.
      return begin(database, 'records', 'readonly').store.getAll(range, limit + 1);
    });
    const more = entries.length > limit;
    if (more) entries.pop();
    return { entries, more };
  }

  commit({ expect = [], put = [], remove = [] }: Change): Promise<CommitResult> {
    const doing = `commit ${put.length} records and the removal of ${remove.length}`;
    return this.#connection.run(doing, async (database) => {
      // Strict, since what is acknowledged must outlive a power cut: some browsers would answer before it is on the disk.
      const transaction = begin(database, 'records', 'readwrite', { durability: 'strict' });
      const { store } = transaction;
      // Other tabs' transactions wait for this one: what is found here holds until the writes are applied.
      const found = await Promise.all(expect.map(({ key }) => store.get(key)));
      const changed = expect.find(({ version }, i) => (found[i]?.version ?? null) !== version);
      if (changed) {
        transaction.abort();
        return { ok: false, key: changed.key };
      }
      await apply(transaction, function* () {
        for (const record of put) yield store.put(record);
        for (const key of remove) yield store.delete(key);
      });
      return { ok: true };
    });
  }
}
