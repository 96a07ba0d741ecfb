import type { Expectation, Json, ListPage, ListRange, Storage, StoredRecord } from './port.ts';
import { type Seen, seen } from './seen.ts';

/**
 * The reads and writes of one attempt to change the storage. The writes are discarded if another writer has changed a
 * record that the attempt has read.
 */
export interface Transaction {
  /**
   * Whether the storage applies all writes of a commit or none. If `atomic` is false, an earlier commit may have
   * stopped halfway, so that only some of the records of that commit exist.
   */
  readonly atomic: boolean;
  /**
   * Reads a record, or returns the value that this attempt has already put under the key. The commit fails if another
   * writer changes or creates the record after this read.
   */
  read<T extends Json>(key: string | Seen<T>): Promise<T | undefined>;
  /**
   * Reads the records of all keys in one call. A `Seen` instead of a key is a record that has already been read. The
   * first attempt uses the value and the version in the `Seen`. Later attempts read the record again.
   */
  readMany<T extends Json>(keys: readonly (string | Seen<T>)[]): Promise<(T | undefined)[]>;
  /**
   * Lists records. The commit does not check the listed records, and succeeds even if another writer changes them after
   * this call.
   */
  list(range: ListRange): Promise<ListPage>;
  /**
   * Adds the write of a record to the commit. Writes are applied in the order of the calls, so put a record before
   * other records that point to it.
   * @returns the record with the version that it has after the commit
   */
  put<T extends Json>(key: string, value: T): Seen<T>;
  /**
   * Adds the removal of a record to the commit. Removals are applied after all writes of `put`, in the order of the
   * calls.
   */
  remove(key: string): void;
  /**
   * Removes pieces of content after the commit, because no record names them any more.
   *
   * If commits are not atomic, a commit that stopped halfway may have left records that still name the pieces. The
   * pieces then stay, and the garbage collector removes them later.
   */
  discard(pieces: readonly string[]): void;
  /** Calls `run` after the commit has succeeded. If the commit fails, `run` is not called. `run` must not throw. */
  afterCommit(run: () => void): void;
}

/** A record that has not been written yet. Such a record has no version. */
export type Unversioned = Pick<StoredRecord, 'key' | 'value'>;

const keyOf = (one: string | Seen): string => (typeof one === 'string' ? one : one.key);

export class Attempt implements Transaction {
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
      // A record may be read twice and change in between. Decisions may rest only on the first version.
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
    // They are pushed one by one, because the number of arguments of a call is limited.
    for (const piece of pieces) this.#discard.push(piece);
  }

  afterCommit(run: () => void): void {
    this.#afterCommit.push(run);
  }

  get isChange(): boolean {
    return this.#put.size > 0 || this.#remove.size > 0;
  }

  /**
   * Commits the writes of this attempt, and puts the record `first` before them.
   * @returns undefined if the commit has succeeded. Otherwise returns the key of a record that another writer has
   * changed
   */
  async commit(first?: Unversioned): Promise<string | undefined> {
    if (!this.isChange) return undefined;
    const result = await this.#storage.records.commit({
      expect: [...this.#expect.values()],
      put: [...(first ? [{ ...first, version: this.#newVersion() }] : []), ...this.#put.values()],
      remove: [...this.#remove],
    });
    if (!result.ok) return result.key;
    for (const run of this.#afterCommit) run();
    // Only the records decide: a piece that could not be removed is an orphan, not a failure.
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
