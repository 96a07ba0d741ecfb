import type { ByteStore, Guarantees, RecordStore, Storage } from '@coracle/registry/core';
import { must, show } from './contract.ts';
import { watchedBytes, watchedRecords } from './watched.ts';

/**
 * The storage that the suite judges, and how it is opened. Rules run one after the other, each on its own opened
 * storage.
 */
export interface StorageUnderTest {
  /** Opens an empty storage. It is called once for every rule, which closes it. */
  open(): Promise<Storage>;
  /** Opens again the storage that was opened last and has been closed since. Without it persistence is not judged. */
  reopen?(): Promise<Storage>;
  /** Is called after every rule, kept or broken, when the storage is closed, to delete a folder or a database. */
  destroy?(): Promise<void>;
  /**
   * Resolves once every acknowledged write is seen by every read. A storage without `freshReads` needs it. If a
   * simulator is immediate, it may do nothing.
   */
  settle?(): Promise<void>;
  /** The guarantees that the storage is meant to state, so that it cannot escape a rule by stating fewer. */
  readonly guarantees?: Guarantees;
  /** The largest piece that is written, in bytes, if `maxBytes` is above it; 24 MiB by default. */
  readonly largestPiece?: number;
}

/** The needs of a rule, without which it does not apply to a storage. */
export type Need = 'atomicCommit' | 'freshReads' | 'reopen' | 'close' | 'mark';

const defaultLargestPiece = 24 * 1024 * 1024;

/** One opened storage for one rule, with watched stores to work on, and a teardown that leaves nothing behind. */
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

  /** The storage itself, neither watched nor settled. Its writes are not removed for the rule. */
  get plain(): Storage {
    return this.#storage;
  }

  get records(): RecordStore {
    return watchedRecords(this.#storage.records, this.#watch(this.#keys));
  }

  get bytes(): ByteStore {
    return watchedBytes(this.#storage.bytes, this.#watch(this.#ids));
  }

  /** The size of the largest piece that a rule writes, in bytes. */
  get largestPiece(): number {
    return Math.min(this.#storage.bytes.maxBytes, this.subject.largestPiece ?? defaultLargestPiece);
  }

  /** Says why a rule with these needs does not apply to this storage; undefined if it does. */
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
   * Checks that rules can be judged.
   * @throws Error if the storage is not empty (the suite never changes anything that it did not write), or if it has
   * neither `freshReads` nor `settle`
   */
  async begin(): Promise<void> {
    if (!this.#storage.records.guarantees.freshReads && this.subject.settle === undefined) {
      throw new Error(
        'A storage with freshReads: false can be tested only with the function `settle`: give it to the storage suite.',
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

  /** Closes the storage and opens it again by `reopen`. */
  async reopen(): Promise<void> {
    const { reopen } = this.subject;
    if (reopen === undefined)
      throw new Error("A rule of the storage suite that calls reopen() must list 'reopen' in its member 'needs'.");
    await this.close();
    this.#storage = await reopen();
    this.#closed = false;
  }

  /**
   * Removes what the rule wrote.
   * @throws ContractBroken if the storage still holds something
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

  /** Empties the storage after a broken rule, as well as it can, so that the next rule is judged fairly. */
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

/** Gives the keys of the records that a storage holds, at most 1,000 of them, ascending. */
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
