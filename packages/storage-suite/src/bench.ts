import type { ByteStore, Guarantees, RecordStore, Storage } from '@coracle/registry/core';
import { must, show } from './contract.ts';
import { watchedBytes, watchedRecords } from './watched.ts';

/**
 * The storage to test, and the functions that open and delete it. The suite opens a new, empty storage for each rule
 * (named test), and runs the rules one after the other.
 */
export interface StorageUnderTest {
  /**
   * Opens an empty storage. The function is called once for each rule (named test), and the suite closes the storage
   * after the rule.
   */
  open(): Promise<Storage>;
  /**
   * Opens the same storage again, after it has been closed. If this function is missing, the suite does not test
   * whether data survives `close()`.
   */
  reopen?(): Promise<Storage>;
  /**
   * Is called after each rule (named test), passed or failed, when the storage has been closed. The function deletes
   * the folder or the database of the storage.
   */
  destroy?(): Promise<void>;
  /**
   * Resolves when every read sees every acknowledged write. A storage with `freshReads: false` needs this function. The
   * function may do nothing if all reads of the tested storage see all writes at once, for example in a simulator.
   */
  settle?(): Promise<void>;
  /**
   * The guarantees that the storage must state. If the storage states fewer guarantees, a rule (named test) fails.
   * Without this option a storage could avoid rules by stating fewer guarantees.
   */
  readonly guarantees?: Guarantees;
  /**
   * The maximum size in bytes of the pieces (chunks of content) that the suite writes; 24 MiB by default. The suite
   * never writes more than the `maxBytes` of the storage.
   */
  readonly largestPiece?: number;
}

/**
 * The features of a storage that a rule (named test) may need. If the storage lacks a feature that a rule needs, the
 * rule is skipped.
 */
export type Need = 'atomicCommit' | 'freshReads' | 'reopen' | 'close' | 'mark';

const defaultLargestPiece = 24 * 1024 * 1024;

/**
 * An open storage for one rule (named test). It notes each key and id that the rule writes, so that everything can be
 * removed after the rule.
 */
export class Bench {
  readonly subject: StorageUnderTest;
  readonly #keys = new Set<string>();
  readonly #ids = new Set<string>();
  #storage: Storage;
  #ready = false;
  #closed = false;

  constructor(subject: StorageUnderTest, storage: Storage) {
    this.subject = subject;
    this.#storage = storage;
  }

  /**
   * The storage without the checks of the suite. If a rule (named test) writes to this storage, the suite does not
   * remove what was written.
   */
  get plain(): Storage {
    return this.#storage;
  }

  get records(): RecordStore {
    return watchedRecords(this.#storage.records, this.#watch(this.#keys));
  }

  get bytes(): ByteStore {
    return watchedBytes(this.#storage.bytes, this.#watch(this.#ids));
  }

  /** The size in bytes of the largest piece (chunk of content) that a rule (named test) writes. */
  get largestPiece(): number {
    return Math.min(this.#storage.bytes.maxBytes, this.subject.largestPiece ?? defaultLargestPiece);
  }

  /**
   * Returns the reason why the storage cannot run a rule (named test) that needs these features, or undefined if the
   * storage can run the rule.
   */
  whyNot(needs: readonly Need[]): string | undefined {
    const { guarantees } = this.#storage.records;
    const reasons: Record<Need, string | undefined> = {
      atomicCommit: guarantees.atomicCommit ? undefined : 'the storage states guarantees.atomicCommit: false',
      freshReads: guarantees.freshReads ? undefined : 'the storage states guarantees.freshReads: false',
      reopen: this.subject.reopen === undefined ? 'the suite was given no `reopen`' : undefined,
      close: this.#storage.close === undefined ? 'the storage has no `close`' : undefined,
      mark: this.#storage.mark === undefined ? 'the storage has no `mark`' : undefined,
    };
    return needs.map((need) => reasons[need]).find((reason) => reason !== undefined);
  }

  /**
   * Checks that the suite can test the storage.
   * @throws Error if the storage is not empty, because the suite must not change data that it did not write. Also
   * throws if the storage states `freshReads: false` and `settle` is missing.
   */
  async begin(): Promise<void> {
    if (!this.#storage.records.guarantees.freshReads && this.subject.settle === undefined) {
      throw new Error(
        'A storage with freshReads: false can be tested only with the function `settle`: pass `settle` to the storage suite.',
      );
    }
    const keys = await leftovers(this.#storage);
    if (keys.length > 0) {
      throw new Error(
        `open() returned a storage that already has the key ${show(keys[0])}: return an empty storage for every rule.`,
      );
    }
    this.#ready = true;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#storage.close?.();
  }

  /** Closes the storage, and opens it again with the option `reopen`. */
  async reopen(): Promise<void> {
    const { reopen } = this.subject;
    if (reopen === undefined)
      throw new Error(
        "A rule of the storage suite calls reopen(), but does not list 'reopen' in its member 'needs': add 'reopen'.",
      );
    await this.close();
    this.#storage = await reopen();
    this.#closed = false;
  }

  /**
   * Removes all records and pieces that the current rule (named test) has written.
   * @throws ContractBroken if the storage still returns or lists one of them
   */
  async clear(): Promise<void> {
    if (this.#closed) return;
    const ids = [...this.#ids];
    for (const remove of hundreds([...this.#keys])) await this.records.commit({ remove });
    for (const some of hundreds(ids)) await this.bytes.remove(some);
    const left = await leftovers({ ...this.#storage, records: this.records });
    must(left.length === 0, `still listed ${show(left)} when all was removed`, 'nothing to stay behind');
    for (const id of ids) {
      must((await this.bytes.get(id)) === undefined, `still had the piece ${show(id)}`, 'removed pieces to be gone');
    }
  }

  /**
   * Removes all data from the storage after a failed rule, so that the next rule starts with an empty storage. Errors
   * of the removal are ignored.
   */
  async abandon(): Promise<void> {
    if (this.#ready && !this.#closed) {
      const { bytes, records } = this.#storage;
      for (const some of hundreds([...this.#ids])) await ignoringErrors(() => bytes.remove(some));
      for (const remove of hundreds([...this.#keys])) await ignoringErrors(() => records.commit({ remove }));
      await ignoringErrors(async () => this.subject.settle?.());
      await ignoringErrors(async () => records.commit({ remove: await leftovers(this.#storage) }));
      await ignoringErrors(async () => this.subject.settle?.());
    }
    await ignoringErrors(() => this.close());
  }

  #watch(written: Set<string>): { writes(names: readonly string[]): void; settled(): Promise<void> } {
    return {
      writes: (names) => names.forEach((name) => void written.add(name)),
      settled: async () => this.subject.settle?.(),
    };
  }
}

/** Returns the keys of the records in a storage, at most 1,000 of them, in ascending order. */
export async function leftovers(storage: Storage): Promise<string[]> {
  const page = await storage.records.list({ prefix: '', limit: 1000 });
  return page.entries.map((record) => record.key);
}

function hundreds(names: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(names.length / 100) }, (_, nth) => names.slice(nth * 100, nth * 100 + 100));
}

async function ignoringErrors(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch {
    // The rule's own failure is what gets reported; a clean-up that fails after it adds nothing.
  }
}
