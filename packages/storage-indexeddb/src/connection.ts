import { deleteDB, type IDBPTransaction, openDB } from 'idb';
import { ended, type ends, failed, heldByOthers, isCalled, noIndexedDb, notOurs, unopened } from './problems.ts';
import { type Database, isOurs, type Schema, type Step, type StoreName, steps } from './schema.ts';

/** How long others may take to let go of a database, in milliseconds, before that is an error. */
const patience = 1000;

/** One database: opened at the first use, let go of when another tab wants to upgrade or delete it. */
export class Connection {
  readonly #name: string;
  readonly #steps: readonly Step[];
  #opening: Promise<Database> | undefined;
  #database: Database | undefined;
  #ended: string | undefined;

  constructor(name: string, upgradeSteps: readonly Step[] = steps) {
    this.#name = name;
    this.#steps = upgradeSteps;
  }

  /**
   * Runs requests on the database.
   * @throws Error that says what could not be done (`doing`), in which database, why, and what to do
   */
  async run<T>(doing: string, requests: (database: Database) => Promise<T>): Promise<T> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    const database = this.#database ?? (await this.#open());
    try {
      return await requests(database);
    } catch (cause) {
      // The browser closed it, and its event is yet to come.
      if (isCalled(cause, 'InvalidStateError')) this.#end('terminated');
      throw new Error(this.#ended ?? failed(doing, this.#name, cause), { cause });
    }
  }

  close(): void {
    this.#end('closed');
  }

  #end(end: keyof typeof ends): void {
    this.#ended ??= ended(this.#name, end);
    this.#database?.close();
  }

  #open(): Promise<Database> {
    this.#opening ??= unlessHeld(heldByOthers(this.#name, 'upgraded'), (blocked) => {
      const request = this.#request(blocked);
      // The next call tries again, since what failed may pass. What is only blocked comes yet, and is no failure.
      request.catch(() => {
        this.#opening = undefined;
      });
      return request;
    });
    return this.#opening;
  }

  async #request(blocked: () => void): Promise<Database> {
    needIndexedDb();
    const version = this.#steps.length;
    let database: Database;
    try {
      database = await openDB<Schema>(this.#name, version, {
        upgrade: (opened, from, _to, transaction) => {
          for (const step of this.#steps.slice(from)) step(opened, transaction);
        },
        blocked,
        blocking: (_from, to) => this.#end(to === null ? 'deleted' : 'upgraded'),
        terminated: () => this.#end('terminated'),
      });
    } catch (cause) {
      throw new Error(unopened(this.#name, version, cause), { cause });
    }
    const problem = this.#ended ?? (isOurs(database) ? undefined : notOurs(this.#name));
    if (problem !== undefined) {
      database.close();
      throw new Error(problem);
    }
    this.#database = database;
    return database;
  }
}

/** Settles as the request does, or rejects with `message` when others keep it waiting; it waits on all the same. */
function unlessHeld<T>(message: string, request: (blocked: () => void) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request(() => setTimeout(() => reject(new Error(message)), patience)).then(resolve, reject);
  });
}

function needIndexedDb(): void {
  if (!globalThis.indexedDB) throw new Error(noIndexedDb);
}

/** A transaction whose failure shows in its requests, or in `apply`: nobody else has to look at it. */
export function begin<Name extends StoreName, Mode extends 'readonly' | 'readwrite'>(
  database: Database,
  store: Name,
  mode: Mode,
  options?: { durability: 'strict' | 'relaxed' },
): IDBPTransaction<Schema, [Name], Mode> {
  const transaction = database.transaction(store, mode, options);
  transaction.done.catch(() => undefined);
  return transaction;
}

/**
 * Carries out all requests, or none of them when it throws. They are made at once, so that nothing but its own requests
 * is ever awaited in a transaction.
 */
export async function apply<Name extends StoreName>(
  transaction: IDBPTransaction<Schema, [Name], 'readwrite'>,
  requests: () => Iterable<Promise<unknown>>,
): Promise<void> {
  const made: Promise<unknown>[] = [];
  try {
    for (const request of requests()) {
      request.catch(() => undefined);
      made.push(request);
    }
    transaction.commit();
    // `done` stands last: where a request fails, it only says that the transaction was aborted. Where the commit fails,
    // Chromium leaves requests without an answer for ever: they must not be waited for by themselves.
    await Promise.all([...made, transaction.done]);
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It is over already.
  }
}

/**
 * Deletes the database of this name and all that is in it; where there is none, that is fine. Storages that have it
 * open let go of it, and say so when they are used again.
 * @throws Error where another tab or worker does not let go within a second. It is deleted yet, once that is closed.
 */
export async function deleteIndexedDbStorage(name: string): Promise<void> {
  needIndexedDb();
  await unlessHeld(heldByOthers(name, 'deleted'), (blocked) => deleteDB(name, { blocked }));
}
