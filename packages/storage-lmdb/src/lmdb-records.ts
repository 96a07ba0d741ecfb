import type {
  Change,
  CommitResult,
  Expectation,
  ListPage,
  ListRange,
  RecordStore,
  StoredRecord,
} from '@coracle/registry/core';
import { checkLimit, isKey } from '@coracle/registry/core/storage-kit';
import { open, type RootDatabase } from 'lmdb';
import { makeSureOfRoom } from './folder.ts';
import type { Paths } from './paths.ts';
import { closedError, codeOf, problem } from './problems.ts';
import { recordOf, textOf } from './record-text.ts';

/**
 * A character that sorts after every character that a key can have. All keys that start with a prefix sort before the
 * prefix followed by this character.
 */
const afterAll = '\u007f';

/**
 * A commit that waits until it is written. It holds copies of the records, because the caller may modify the original
 * records meanwhile.
 */
interface Waiting {
  readonly expect: readonly Expectation[];
  /** The key and the stored text of each record to put. */
  readonly put: readonly (readonly [key: string, text: string])[];
  readonly remove: readonly string[];
  resolve(result: CommitResult): void;
  reject(error: Error): void;
}

/**
 * Keeps records in LMDB, as JSON. If commits arrive while another commit is being written, they wait and are then
 * written together, in one transaction with one flush to the disk. A commit is acknowledged only after its flush.
 *
 * Two transactions never run at once, because after a disk error lmdb would let the second wait forever.
 */
export class LmdbRecords implements RecordStore {
  readonly guarantees = { atomicCommit: true, freshReads: true, remote: false } as const;
  readonly #paths: Paths;
  readonly #database: RootDatabase<string, string>;
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #unusable: Error | undefined;

  constructor(paths: Paths) {
    this.#paths = paths;
    try {
      this.#database = open(paths.records, {
        encoding: 'string',
        noSubdir: true,
        // With false, a commit is flushed when its promise resolves.
        overlappingSync: false,
        // With true, a failed commit would reject a promise that nobody can catch, and end the process.
        eventTurnBatching: false,
      });
    } catch (error) {
      throw problem(paths.folder, error);
    }
  }

  async getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    this.#mustWork();
    return keys.map((key) => this.#read(key));
  }

  async list({ prefix, after, limit }: ListRange): Promise<ListPage> {
    checkLimit('lmdbStorage', limit);
    this.#mustWork();
    const start = after !== undefined && after >= prefix ? after : prefix;
    const range = this.#database.getRange({
      ...(start === '' ? {} : { start }),
      end: prefix + afterAll,
      exclusiveStart: start === after,
      limit: limit + 1,
    });
    const entries: StoredRecord[] = [];
    for (const { key, value } of range) {
      if (entries.length === limit) return { entries, more: true };
      entries.push(recordOf(key, value));
    }
    return { entries, more: false };
  }

  async commit({ expect = [], put = [], remove = [] }: Change): Promise<CommitResult> {
    this.#mustWork();
    const change = {
      expect: expect.map(({ key, version }) => ({ key, version })),
      put: put.map((record) => [record.key, textOf(record)] as const),
      remove: [...remove],
    };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...change, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async close(): Promise<void> {
    this.#unusable ??= closedError(this.#paths.folder);
    await this.#writing;
    await this.#database.close();
  }

  #mustWork(): void {
    if (this.#unusable) throw this.#unusable;
  }

  #read(key: string): StoredRecord | undefined {
    const text = isKey(key) ? this.#database.get(key) : undefined;
    return text === undefined ? undefined : recordOf(key, text);
  }

  async #writeAll(): Promise<void> {
    // Commits that come in the same turn are written together.
    await undefined;
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0));
    this.#writing = undefined;
  }

  async #write(together: readonly Waiting[]): Promise<void> {
    try {
      // It is a child transaction: if it throws in the middle, all that was written with it is undone.
      const results = await this.#database.childTransaction(() => together.map((one) => this.#apply(one)));
      for (const [i, { resolve }] of together.entries()) resolve(results[i] as CommitResult);
    } catch (error) {
      const cause = this.#reasonOf(await causeOf(error));
      const broken = this.#brokenBy(cause);
      if (broken) this.#unusable = broken;
      const why = broken ?? problem(this.#paths.folder, cause);
      for (const { reject } of [...together, ...(broken ? this.#waiting.splice(0) : [])]) reject(why);
    }
  }

  #apply({ expect, put, remove }: Waiting): CommitResult {
    for (const { key, version } of expect) {
      if ((this.#read(key)?.version ?? null) !== version) return { ok: false, key };
    }
    for (const [key, text] of put) this.#database.putSync(key, text);
    for (const key of remove) if (isKey(key)) this.#database.removeSync(key);
    return { ok: true };
  }

  /**
   * Returns the real cause of an input/output error of LMDB. LMDB reports a full disk as such an error if only a part
   * of a write fits on the disk.
   */
  #reasonOf(cause: unknown): unknown {
    if (codeOf(cause) !== 'EIO') return cause;
    try {
      makeSureOfRoom(this.#paths);
      return cause;
    } catch (reason) {
      return reason;
    }
  }

  /**
   * Returns an error if a failed commit has made the database unusable, or undefined if the database still works. LMDB
   * continues after most failures, but not if it could not write the page that names the last committed state.
   */
  #brokenBy(cause: unknown): Error | undefined {
    try {
      this.#database.transactionSync(() => undefined);
      return undefined;
    } catch {
      const why = cause instanceof Error ? cause.message : String(cause);
      return new Error(
        `The disk of ${this.#paths.folder} failed (${why}): check the disk, then start this process again.`,
      );
    }
  }
}

/** Returns the cause of a failed commit. lmdb reports the cause by another promise, `commitError`. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { readonly commitError?: Promise<unknown> };
  return commitError === undefined ? error : commitError.catch((cause: unknown) => cause);
}
