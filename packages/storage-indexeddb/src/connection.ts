import { deleteDB, type IDBPTransaction, openDB } from 'idb';
import { emptied, failed, heldByOthers, isCalled, noIndexedDb, notOurs, unopened, wasClosed } from './problems.ts';
import {
  type Database,
  giveIdentity,
  identityOf,
  isOurs,
  type Schema,
  type Step,
  type StoreName,
  steps,
} from './schema.ts';

/** The maximum time, in milliseconds, that a call waits for other tabs to close the database. The call then rejects. */
const patience = 1000;

/** The maximum number of retries of a transaction after a temporary error. */
const mostTries = 2;

/** The parameters with which a transaction begins: the object store, the mode and the durability. */
export interface Begin<Name extends StoreName, Mode extends IDBTransactionMode> {
  readonly store: Name;
  readonly mode: Mode;
  readonly durability?: 'strict' | 'relaxed';
}

type Transaction<Name extends StoreName, Mode extends IDBTransactionMode> = IDBPTransaction<Schema, [Name], Mode>;

/**
 * A connection to one IndexedDB database. The database is opened at the first use.
 *
 * The connection is lost if the browser closes the database, or if another tab wants to upgrade or delete it. The next
 * use then opens the database again.
 */
export class Connection {
  readonly #name: string;
  readonly #steps: readonly Step[];
  #opening: Promise<Database> | undefined;
  #database: Database | undefined;
  #closed = false;
  /**
   * The reason why this connection has closed the database: another tab wanted to upgrade or to delete the database.
   * Undefined if the connection has opened the database again since.
   */
  #madeWay: 'upgraded' | 'deleted' | undefined;
  /**
   * The identity of the database that was open last. If the database that is opened next has another identity, the old
   * database was deleted, and the new database only has the same name.
   */
  #identity: string | undefined;
  #generation = 0;

  constructor(name: string, upgradeSteps: readonly Step[] = steps) {
    this.#name = name;
    this.#steps = upgradeSteps;
  }

  /** The number of times that this connection has found that all data of its database was deleted. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Runs requests in a new transaction. If the transaction cannot begin or is refused, nothing has been written, and
   * the requests are run again, at most twice.
   * @param doing completes the sentence "indexedDbStorage cannot …" in error texts
   * @throws Error that says which call failed, in which database, why, and what to do
   */
  async run<T, Name extends StoreName, Mode extends 'readonly' | 'readwrite'>(
    doing: string,
    { store, mode, durability }: Begin<Name, Mode>,
    requests: (transaction: Transaction<Name, Mode>) => Promise<T>,
  ): Promise<T> {
    for (let tries = 0; ; tries++) {
      const database = this.#database ?? (await this.#open());
      let transaction: Transaction<Name, Mode> | undefined;
      try {
        transaction = database.transaction(store, mode, durability === undefined ? {} : { durability });
        // If the transaction fails, its requests fail too and report the error.
        transaction.done.catch(() => undefined);
        return await requests(transaction);
      } catch (error) {
        // If a request failed because its transaction was aborted, only the transaction knows the reason.
        const cause = transaction?.error ?? error;
        const isRefused = isCalled(cause, 'InvalidStateError');
        const closed = isClosed(database);
        if (closed) this.#letGo(database);
        // An open database may refuse too. In Firefox 153 the first write after a commit that failed because the disk
        // was full is refused as well, and the next transaction works. Only the database itself can tell whether it is
        // closed.
        const hasDoneNothing = isRefused || (closed && mode === 'readonly');
        if (hasDoneNothing && tries < mostTries) continue;
        throw failed(doing, this.#name, cause, { closed, writes: mode === 'readwrite' });
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#database?.close();
  }

  #letGo(database: Database | undefined): void {
    database?.close();
    // Several calls may find the same database closed, and one of them may have opened it again.
    if (database !== this.#database) return;
    this.#database = undefined;
    this.#opening = undefined;
  }

  async #open(): Promise<Database> {
    if (this.#closed) throw new Error(wasClosed(this.#name));
    const madeWay = this.#madeWay;
    this.#opening ??= unlessHeld(heldByOthers(this.#name, madeWay ?? 'upgraded'), (blocked) => {
      // This request waits until the other tab has made its change, and IndexedDB sends no event for this wait.
      if (madeWay !== undefined) blocked();
      const request = this.#request(blocked);
      // The next call tries again, because the failure may be temporary. A request that is only blocked will still be
      // answered, and has not failed.
      request.catch(() => {
        this.#opening = undefined;
      });
      return request;
    });
    return this.#opening;
  }

  async #request(blocked: () => void): Promise<Database> {
    needIndexedDb();
    const database = await this.#opened(blocked);
    if (!isOurs(database)) throw closing(database, new Error(notOurs(this.#name)));
    const identity = await identityOf(database).catch((cause: unknown) => {
      throw closing(database, unopened(this.#name, this.#steps.length, cause));
    });
    this.#madeWay = undefined;
    if (this.#closed) throw closing(database, new Error(wasClosed(this.#name)));
    this.#database = database;
    const isAnother = this.#identity !== undefined && this.#identity !== identity;
    this.#identity = identity;
    if (!isAnother) return database;
    this.#generation++;
    // The calls that wait here may have done a part of their work in the deleted database, and must not do the rest in
    // this one.
    throw new Error(emptied(this.#name));
  }

  async #opened(blocked: () => void): Promise<Database> {
    const version = this.#steps.length;
    let database: Database | undefined;
    try {
      database = await openDB<Schema>(this.#name, version, {
        upgrade: (opened, from, _to, transaction) => {
          for (const step of this.#steps.slice(from)) step(opened, transaction);
          if (from === 0) giveIdentity(transaction);
        },
        blocked,
        blocking: (_from, to) => {
          this.#madeWay = to === null ? 'deleted' : 'upgraded';
          this.#letGo(database);
        },
        terminated: () => this.#letGo(database),
      });
      return database;
    } catch (cause) {
      throw unopened(this.#name, version, cause);
    }
  }
}

/**
 * Returns a promise that settles like the promise of `request`. If other tabs block the request for a second, the
 * returned promise rejects with `message`, and the request itself goes on waiting.
 */
function unlessHeld<T>(message: string, request: (blocked: () => void) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request(() => setTimeout(() => reject(new Error(message)), patience)).then(resolve, reject);
  });
}

function needIndexedDb(): void {
  if (!globalThis.indexedDB) throw new Error(noIndexedDb);
}

/**
 * Returns whether the browser has closed a database. IndexedDB has no property for this, so the function tries to begin
 * a transaction, which fails on a closed database.
 */
function isClosed(database: Database): boolean {
  try {
    const transaction = database.transaction('records');
    transaction.done.catch(() => undefined);
    transaction.abort();
    return false;
  } catch (error) {
    return isCalled(error, 'InvalidStateError');
  }
}

/** Closes a database that cannot be used, and returns the given error. */
function closing(database: Database, error: Error): Error {
  database.close();
  return error;
}

/**
 * Deletes the IndexedDB database with the given name and all its contents. Does nothing if the database does not exist.
 *
 * A storage that has the database open closes it. The next call of that storage rejects with an error that says that
 * all data was deleted. Later calls use a new, empty database.
 * @throws Error if another tab or worker does not close the database within a second. The database is then deleted as
 * soon as that tab or worker is closed
 */
export async function deleteIndexedDbStorage(name: string): Promise<void> {
  needIndexedDb();
  await unlessHeld(heldByOthers(name, 'deleted'), (blocked) => deleteDB(name, { blocked }));
}
