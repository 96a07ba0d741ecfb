import { Contention } from '../storage-kit.ts';
import type {
  ByteStore,
  Expectation,
  Guarantees,
  Json,
  ListPage,
  ListRange,
  RecordStore,
  Storage,
  StoredRecord,
} from './port.ts';

/**
 * Read, decide, commit: how every operation writes. Nothing foreign is awaited inside a store's own
 * transaction; what was read is expected to be unchanged when the writes are applied.
 */

/** Writers in one process take turns after a conflict, so that this many attempts are only used up by other processes. */
const maxAttempts = 24;

/** How long one waits for what another request does before it is taken for dead, in milliseconds. */
const patience = 2000;

/**
 * Waits until `work`, which another request may have begun, has ended, and fails if it fails. In a Worker all that a
 * request does stops with it, as when its client goes away, and its promises never settle: nobody may wait for one for
 * ever.
 * @returns false where it has not ended in time.
 */
export function endsSoon(work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), patience);
    work.finally(() => clearTimeout(timer)).then(() => resolve(true), reject);
  });
}

/** Those who wait for their turn on a key. */
interface Queue {
  last: Promise<unknown>;
  /** Counts the turns that have begun. */
  begun: number;
}

/** What one attempt reads and wants to write. It is thrown away when a record that it read has changed. */
export interface Transaction {
  /** Whether the writes are applied together: otherwise what is left of an earlier, broken-off commit may be there. */
  readonly atomic: boolean;
  /** Reads records, this attempt's own writes included, and holds the commit to what was read: also to there being none. */
  read<T extends Json>(key: string | Seen<T>): Promise<T | undefined>;
  /**
   * Reads the records of all keys in one call. A record that was seen before is not read again, but for an attempt after
   * one that failed.
   */
  readMany<T extends Json>(keys: readonly (string | Seen<T>)[]): Promise<(T | undefined)[]>;
  /** Reads without holding the commit to it. */
  list(range: ListRange): Promise<ListPage>;
  /**
   * Writes a record. Writes are applied in the order of the calls: what is pointed at before what points at it.
   * @returns the record as it is seen once the writes are applied
   */
  put<T extends Json>(key: string, value: T): Seen<T>;
  /** Applied after all `put`s, in the order of the calls. */
  remove(key: string): void;
  /**
   * Pieces that nothing names any more once the writes are applied. Where those are not applied together, records that
   * still name them may be left of a commit that broke off: the pieces stay, and are the collector's.
   */
  discard(pieces: readonly string[]): void;
  /** Is called once the writes are applied, and never if they are not. It must not throw. */
  afterCommit(run: () => void): void;
}

/** A record as somebody read it: its version and value, or that there was none under the key. */
export interface Seen<T extends Json = Json> {
  readonly key: string;
  readonly version: string | null;
  readonly value: T | undefined;
}

/** Takes it that there is no record under a key, so that a commit is held to that without a read. */
export const absent = (key: string): Seen<never> => ({ key, version: null, value: undefined });

const seen = <T extends Json>(key: string, record: StoredRecord | undefined): Seen<T> => ({
  key,
  version: record?.version ?? null,
  value: record?.value as T | undefined,
});

/** A record before it has a version. */
export type Unversioned = Pick<StoredRecord, 'key' | 'value'>;

/**
 * Looks at what is stored before it is used.
 * @returns a record that the next change puts before all others: an empty storage is not changed for its sake alone
 * @throws Error if what is stored cannot be used
 */
export type Check = (storage: Storage) => Promise<Unversioned | undefined>;

/** The records and bytes of one storage, opened at the first use. */
export class Store {
  readonly #open: () => Storage | Promise<Storage>;
  readonly #newVersion: () => string;
  readonly #queues = new Map<string, Queue>();
  #opened: Promise<Storage> | undefined;
  #storage: Storage | undefined;
  readonly #check: Check | undefined;
  #isChecked: boolean;
  #first: Unversioned | undefined;

  constructor(open: () => Storage | Promise<Storage>, newVersion: () => string, check?: Check) {
    this.#open = open;
    this.#newVersion = newVersion;
    this.#check = check;
    this.#isChecked = check === undefined;
  }

  /** Gives the storage, opened and checked. */
  async storage(): Promise<Storage> {
    const storage = this.#storage ?? (await this.#openStorage());
    // Each call checks until one has: in a Worker, another request's pending check may never settle.
    if (!this.#isChecked) this.putFirst(await this.#check?.(storage));
    this.#isChecked = true;
    return storage;
  }

  async #openStorage(): Promise<Storage> {
    this.#opened ??= Promise.resolve().then(this.#open);
    try {
      this.#storage = await this.#opened;
    } catch (error) {
      // The next call tries again: what hinders a storage from opening may pass.
      this.#opened = undefined;
      throw error;
    }
    return this.#storage;
  }

  /**
   * Reads records. A read of a storage whose commits are not atomic goes on beside the check, which changes nothing there:
   * the storage may be far away.
   */
  async #read<T>(read: (records: RecordStore) => Promise<T>): Promise<T> {
    if (this.#isChecked) return read((await this.storage()).records);
    const { records } = await this.#openStorage();
    if (records.guarantees.atomicCommit) return read((await this.storage()).records);
    const [found] = await Promise.all([read(records), this.storage()]);
    return found;
  }

  /** Puts this record before all that the next change puts. */
  putFirst(record: Unversioned | undefined): void {
    this.#first = record;
  }

  /** Whether reads may be older than the last write; undefined before the first use of the storage. */
  get readsLag(): boolean | undefined {
    return this.#storage && !this.#storage.records.guarantees.freshReads;
  }

  /** Tells whether reads are network calls; undefined before the first use of the storage. */
  get remote(): boolean | undefined {
    return this.#storage?.records.guarantees.remote;
  }

  /** Another number than before if all that was stored has gone meanwhile. */
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

  /** Reads records with their versions, so that a transaction can be held to them. */
  async see<T extends Json>(keys: readonly string[]): Promise<Seen<T>[]> {
    const found = await this.#read((records) => records.getMany(keys));
    return keys.map((key, i) => seen<T>(key, found[i]));
  }

  async list(range: ListRange): Promise<ListPage> {
    return this.#read((records) => records.list(range));
  }

  /** Every record under a prefix, page by page. */
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
   * Runs `attempt` until its writes are applied to exactly what it read. Its errors pass through,
   * unless what it read has changed meanwhile: then the error may be about a state that never was,
   * and it is tried again.
   * @throws Contention if others change what it reads at each attempt
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
    // A loser queues behind the others that lost on the same key instead of running against them.
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
    // The changes that others make meanwhile need not put it as well.
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
    // What never opened needs no closing; what is just opening does.
    const storage = await this.#opened?.catch(() => undefined);
    await storage?.close?.();
  }
}

/** Waits for one's turn: until the one before has ended, or nobody has begun for so long that it must be dead. */
async function turnOf(queue: Queue): Promise<void> {
  const before = queue.last;
  for (let seen: number; ; ) {
    seen = queue.begun;
    if ((await endsSoon(before)) || queue.begun === seen) break;
  }
  queue.begun++;
}

const keyOf = (one: string | Seen): string => (typeof one === 'string' ? one : one.key);

class Attempt implements Transaction {
  readonly atomic: boolean;
  readonly #storage: Storage;
  readonly #newVersion: () => string;
  readonly #nth: number;
  readonly #expect = new Map<string, Expectation>();
  readonly #put = new Map<string, StoredRecord>();
  readonly #remove = new Set<string>();
  readonly #discard: string[] = [];
  readonly #afterCommit: (() => void)[] = [];

  constructor(storage: Storage, newVersion: () => string, nth: number) {
    this.atomic = storage.records.guarantees.atomicCommit;
    this.#storage = storage;
    this.#newVersion = newVersion;
    this.#nth = nth;
  }

  async read<T extends Json>(key: string | Seen<T>): Promise<T | undefined> {
    return (await this.readMany<T>([key]))[0];
  }

  async readMany<T extends Json>(keys: readonly (string | Seen<T>)[]): Promise<(T | undefined)[]> {
    const isKnown = (one: string | Seen<T>): one is Seen<T> => typeof one !== 'string' && this.#nth === 0;
    const unknown = keys.filter((one) => !isKnown(one)).map(keyOf);
    const found = unknown.length === 0 ? [] : await this.#storage.records.getMany(unknown);
    let next = 0;
    return keys.map((one) => {
      const { key, version, value } = isKnown(one) ? one : seen<T>(keyOf(one), found[next++]);
      // Read twice and changed in between: the first version is the one that decisions may rest on.
      if (!this.#expect.has(key)) this.#expect.set(key, { key, version });
      if (this.#remove.has(key)) return undefined;
      const put = this.#put.get(key);
      return put ? (put.value as T) : value;
    });
  }

  list(range: ListRange): Promise<ListPage> {
    return this.#storage.records.list(range);
  }

  put<T extends Json>(key: string, value: T): Seen<T> {
    const record = { key, value, version: this.#newVersion() };
    this.#put.set(key, record);
    return record;
  }

  remove(key: string): void {
    this.#remove.add(key);
  }

  discard(pieces: readonly string[]): void {
    // One by one, since a call takes only so many arguments.
    for (const piece of pieces) this.#discard.push(piece);
  }

  afterCommit(run: () => void): void {
    this.#afterCommit.push(run);
  }

  get isChange(): boolean {
    return this.#put.size > 0 || this.#remove.size > 0;
  }

  /** Applies the writes, `first` before them; the key that had changed, or undefined when all went well. */
  async commit(first?: Unversioned): Promise<string | undefined> {
    if (!this.isChange) return undefined;
    const result = await this.#storage.records.commit({
      expect: [...this.#expect.values()],
      put: [...(first ? [{ ...first, version: this.#newVersion() }] : []), ...this.#put.values()],
      remove: [...this.#remove],
    });
    if (!result.ok) return result.key;
    for (const run of this.#afterCommit) run();
    // The records are what counts: a piece that could not be removed is an orphan, not a failure.
    if (this.atomic && this.#discard.length > 0) await this.#storage.bytes.remove(this.#discard).catch(() => undefined);
    return undefined;
  }

  async changedKey(): Promise<string | undefined> {
    const expected = [...this.#expect.values()];
    if (expected.length === 0) return undefined;
    const now = await this.#storage.records.getMany(expected.map(({ key }) => key));
    return expected.find(({ version }, i) => (now[i]?.version ?? null) !== version)?.key;
  }
}
