import type { Change, CommitResult, ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/core';
import { checkLimit, jsonOf } from '@coracle/core/storage-kit';
import type { Connection } from './connection.ts';
import { commitInTurn, type Request, together } from './transactions.ts';

/** A character that sorts after every ASCII character. */
const afterAscii = '\uffff';

/** Keeps records in an IndexedDB object store, by their keys. */
export class IndexedDbRecords implements RecordStore {
  readonly guarantees = { atomicCommit: true, freshReads: true, remote: false } as const;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get generation(): number {
    return this.#connection.generation;
  }

  getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    const begin = { store: 'records', mode: 'readonly' } as const;
    return this.#connection.run(`read ${keys.length} records`, begin, (transaction) =>
      together(
        transaction,
        keys.map((key) => () => transaction.store.get(key)),
      ),
    );
  }

  async list({ prefix, after, limit }: ListRange): Promise<ListPage> {
    checkLimit('indexedDbStorage', limit);
    const end = prefix + afterAscii;
    // IndexedDB throws if the end of a range comes before its start.
    if (after !== undefined && after >= end) return { entries: [], more: false };
    const goesOn = after !== undefined && after >= prefix;
    const begin = { store: 'records', mode: 'readonly' } as const;
    const entries = await this.#connection.run(`list ${limit} records`, begin, ({ store }) => {
      const range = IDBKeyRange.bound(goesOn ? after : prefix, end, goesOn);
      // One record more than asked for is read. It tells whether the list goes on.
      return store.getAll(range, limit + 1);
    });
    const more = entries.length > limit;
    if (more) entries.pop();
    return { entries, more };
  }

  async commit({ expect = [], put = [], remove = [] }: Change): Promise<CommitResult> {
    for (const record of put) jsonOf('indexedDbStorage', record);
    const doing = `commit ${put.length} records and the removal of ${remove.length}`;
    // The durability is strict, because acknowledged data must survive a power failure. With relaxed durability some
    // browsers would report success before the data is on the disk.
    const begin = { store: 'records', mode: 'readwrite', durability: 'strict' } as const;
    return this.#connection.run(doing, begin, async (transaction) => {
      const { store } = transaction;
      const writes: readonly Request[] = [
        ...put.map((record) => () => store.put(record)),
        ...remove.map((key) => () => store.delete(key)),
      ];
      // The first write is sent together with the reads, which saves a round trip. The write is undone if a read finds
      // a changed version.
      const reads: readonly Request<StoredRecord | undefined>[] = expect.map(
        ({ key }) =>
          () =>
            store.get(key),
      );
      const found = await together(transaction, [...reads, ...writes.slice(0, 1)]);
      // Other tabs' transactions wait for this one, so the records stay unchanged until the writes are committed.
      const versionOf = (answer: unknown) => (answer as StoredRecord | undefined)?.version ?? null;
      const changed = expect.find(({ version }, i) => versionOf(found[i]) !== version);
      if (changed) {
        transaction.abort();
        return { ok: false, key: changed.key };
      }
      await commitInTurn(transaction, writes.slice(1));
      return { ok: true };
    });
  }
}
