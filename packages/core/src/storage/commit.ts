import { Contention } from '../storage-kit.ts';
import type { ByteStore, Guarantees, Json, ListPage, ListRange, RecordStore, Storage, StoredRecord } from './port.ts';
import { type Seen, seen } from './seen.ts';
import { Attempt, type Transaction, type Unversioned } from './transaction.ts';
import { type Queue, turnOf } from './turns.ts';

/**
 * This file applies the changes of operations to a storage. Every change has three steps: it reads records, decides
 * what to write, and commits its writes. The commit fails if another writer has meanwhile changed one of the records
 * that were read.
 *
 * Only the third step uses a transaction of the storage, so that the transaction never has to wait for the engine.
 */

/**
 * The maximum number of attempts to commit a change. After a failed commit, writers in one process wait for each other,
 * so that only writers in other processes can make further attempts fail.
 */
const maxAttempts = 24;

/**
 * Checks the stored data before the first use of a storage.
 * @returns a record that must be put together with the next change, before the records of that change. Returns
 * undefined if no such record is needed. The check itself does not write the record, so that an empty storage stays
 * empty until the first change
 * @throws Error if the stored data cannot be used
 */
export type Check = (storage: Storage) => Promise<Unversioned | undefined>;

/** Reads and changes the records and bytes of one storage. Opens the storage at the first use. */
export class Store {
  readonly #open: () => Storage | Promise<Storage>;
  readonly #newVersion: () => string;
  readonly #queues = new Map<string, Queue>();
  #opened: Promise<Storage> | undefined;
  #storage: Storage | undefined;
  readonly #check: Check | undefined;
  /** The `generation` that the storage had when its data was last checked; undefined before the first check. */
  #checked: number | undefined;
  #first: Unversioned | undefined;

  constructor(open: () => Storage | Promise<Storage>, newVersion: () => string, check?: Check) {
    this.#open = open;
    this.#newVersion = newVersion;
    this.#check = check;
  }

  /**
   * Returns the storage. Before that, opens the storage and checks the stored data, unless both have already been done.
   */
  async storage(): Promise<Storage> {
    const storage = this.#storage ?? (await this.#openStorage());
    // Each call checks until one has: in a Worker, another request's pending check may never settle.
    if (!this.#isChecked) {
      const { generation } = this;
      this.putFirst(await this.#check?.(storage));
      this.#checked = generation;
    }
    return storage;
  }

  get #isChecked(): boolean {
    return this.#check === undefined || this.#checked === this.generation;
  }

  async #openStorage(): Promise<Storage> {
    this.#opened ??= Promise.resolve().then(this.#open);
    try {
      this.#storage = await this.#opened;
    } catch (error) {
      // The next call tries again, because the cause of the failure may pass.
      this.#opened = undefined;
      throw error;
    }
    return this.#storage;
  }

  /**
   * Calls `read` with the record store of the storage, after the stored data has been checked.
   *
   * If commits are not atomic, the check writes nothing. The check and `read` then run at the same time, which saves
   * time if the storage is remote.
   */
  async #read<T>(read: (records: RecordStore) => Promise<T>): Promise<T> {
    if (this.#storage && this.#isChecked) return read(this.#storage.records);
    const { records } = await this.#openStorage();
    if (records.guarantees.atomicCommit) return read((await this.storage()).records);
    const [found] = await Promise.all([read(records), this.storage()]);
    return found;
  }

  /**
   * Makes the next change put `record` before all other records of the change. If `record` is undefined, cancels the
   * record that an earlier call has given.
   */
  putFirst(record: Unversioned | undefined): void {
    this.#first = record;
  }

  /** Says whether a read of the storage may miss the last write; undefined before the first use of the storage. */
  get readsLag(): boolean | undefined {
    return this.#storage && !this.#storage.records.guarantees.freshReads;
  }

  /** Says whether each read of the storage is a network call; undefined before the first use of the storage. */
  get remote(): boolean | undefined {
    return this.#storage?.records.guarantees.remote;
  }

  /** Returns a number that changes each time all records and all pieces of content are deleted at once. */
  get generation(): number {
    return this.#storage?.records.generation ?? 0;
  }

  async guarantees(): Promise<Guarantees> {
    return (this.#storage ?? (await this.#openStorage())).records.guarantees;
  }

  async bytes(): Promise<ByteStore> {
    return (this.#storage ?? (await this.#openStorage())).bytes;
  }

  async get<T extends Json>(key: string): Promise<T | undefined> {
    return (await this.getMany<T>([key]))[0];
  }

  async getMany<T extends Json>(keys: readonly string[]): Promise<(T | undefined)[]> {
    if (keys.length === 0) return [];
    const found = await this.#read((records) => records.getMany(keys));
    return found.map((record) => record?.value as T | undefined);
  }

  /**
   * Reads the records under the given keys, with their versions. A transaction that uses a returned record fails to
   * commit if another writer has changed the record after this read.
   */
  async see<T extends Json>(keys: readonly string[]): Promise<Seen<T>[]> {
    const found = await this.#read((records) => records.getMany(keys));
    return keys.map((key, i) => seen<T>(key, found[i]));
  }

  async list(range: ListRange): Promise<ListPage> {
    return this.#read((records) => records.list(range));
  }

  /** Reads every record whose key starts with `prefix`, page by page. */
  async *all(prefix: string): AsyncGenerator<StoredRecord> {
    let range: ListRange = { prefix, limit: 1000 };
    for (;;) {
      const page = await this.list(range);
      yield* page.entries;
      const last = page.entries.at(-1);
      if (!page.more || last === undefined) return;
      range = { prefix, limit: 1000, after: last.key, ...(page.resume === undefined ? {} : { resume: page.resume }) };
    }
  }

  /**
   * Runs `attempt` and commits its writes. If another writer has meanwhile changed a record that the attempt has read,
   * runs `attempt` again and commits the new writes.
   *
   * If `attempt` throws an error, `transact` throws the same error. But if another writer has changed a record that the
   * attempt has read, `transact` repeats the attempt instead, because the error may be wrong.
   * @throws Contention if all attempts fail because of other writers
   */
  async transact<T>(attempt: (transaction: Transaction) => Promise<T>): Promise<T> {
    const storage = await this.storage();
    let attempts = 0;
    const once = async (): Promise<{ done: true; result: T } | { done: false; key: string }> => {
      const open = new Attempt(storage, this.#newVersion, attempts++);
      let result: T;
      try {
        result = await attempt(open);
      } catch (error) {
        const changed = await open.changedKey();
        if (changed === undefined) throw error;
        return { done: false, key: changed };
      }
      const key = await (this.#first ? this.#commitWithFirst(open) : open.commit());
      return key === undefined ? { done: true, result } : { done: false, key };
    };

    const first = await once();
    if (first.done) return first.result;
    // A change that failed waits for the other changes that failed because of this key, instead of competing with them.
    return this.#inTurn(first.key, async () => {
      for (let tries = 1; tries < maxAttempts; tries++) {
        const next = await once();
        if (next.done) return next.result;
      }
      throw new Contention(maxAttempts);
    });
  }

  async #commitWithFirst(attempt: Attempt): Promise<string | undefined> {
    if (!attempt.isChange) return undefined;
    const first = this.#first;
    // Changes that are committed at the same time need not put the record as well.
    this.#first = undefined;
    let isDone = false;
    try {
      const key = await attempt.commit(first);
      isDone = key === undefined;
      return key;
    } finally {
      if (!isDone) this.#first ??= first;
    }
  }

  async #inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(key) ?? { last: Promise.resolve(), begun: 0 };
    this.#queues.set(key, queue);
    const mine = turnOf(queue).then(run);
    const ended = mine.catch(() => undefined);
    queue.last = ended;
    try {
      return await mine;
    } finally {
      if (queue.last === ended) this.#queues.delete(key);
    }
  }

  async close(): Promise<void> {
    // A storage that was never opened needs no closing. One that is being opened does.
    const storage = await this.#opened?.catch(() => undefined);
    await storage?.close?.();
  }
}
