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

/** How long other tabs may take to close a database, in milliseconds, before that is an error. */
const patience = 1000;

/** The maximum number of retries of a call's requests after a temporary error. */
const mostTries = 2;

/** The parameters of a transaction. */
export interface Begin<Name extends StoreName, Mode extends IDBTransactionMode> {
  readonly store: Name;
  readonly mode: Mode;
  readonly durability?: 'strict' | 'relaxed';
}

type Transaction<Name extends StoreName, Mode extends IDBTransactionMode> = IDBPTransaction<Schema, [Name], Mode>;

/**
 * One database. It is opened at the first use. It is closed if the browser closes it, or if another tab wants to
 * upgrade or delete it, and opened again at the next use.
 */
export class Connection {
  readonly #name: string;
  readonly #steps: readonly Step[];
  #opening: Promise<Database> | undefined;
  #database: Database | undefined;
  #closed = false;
  /** The change that another tab is about to make, for which this connection has closed the database. */
  #madeWay: 'upgraded' | 'deleted' | undefined;
  /** The identity of the last open database. It tells that database from another one that has taken its name since. */
  #identity: string | undefined;
  #generation = 0;

  constructor(name: string, upgradeSteps: readonly Step[] = steps) {
    this.#name = name;
    this.#steps = upgradeSteps;
  }

  /** The number of times that this connection has found all its contents deleted. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Runs requests in a transaction of their own. If a transaction cannot begin or is refused, nothing has been written,
   * and the requests may be run again.
   * @param doing completes the sentence "indexedDbStorage cannot …"
   * @throws Error that says what could not be done, in which database, why, and what to do
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
        // A failure is also reported by the requests.
        transaction.done.catch(() => undefined);
        return await requests(transaction);
      } catch (error) {
        // If a request is undone with its transaction, only the transaction has the reason.
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
      // The change of the other tab comes first, and no event says that this request waits for it.
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

/** Settles as the request does, or rejects with `message` if others block it. The request itself goes on waiting. */
function unlessHeld<T>(message: string, request: (blocked: () => void) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request(() => setTimeout(() => reject(new Error(message)), patience)).then(resolve, reject);
  });
}

function needIndexedDb(): void {
  if (!globalThis.indexedDB) throw new Error(noIndexedDb);
}

/**
 * Says whether a database is closed. A database has no member for this. After the browser has closed it, its
 * transactions fail.
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

/** Closes a database that cannot be used, and returns the error that says why. */
function closing(database: Database, error: Error): Error {
  database.close();
  return error;
}

/**
 * Deletes the database of this name with all its contents. If it does not exist, nothing happens. Storages that have it
 * open close it. The next call of each rejects and says that everything was deleted. Later calls use an empty database.
 * @throws Error if another tab or worker does not close it within a second; the database is still deleted as soon as
 * that tab or worker is closed
 */
export async function deleteIndexedDbStorage(name: string): Promise<void> {
  needIndexedDb();
  await unlessHeld(heldByOthers(name, 'deleted'), (blocked) => deleteDB(name, { blocked }));
}
