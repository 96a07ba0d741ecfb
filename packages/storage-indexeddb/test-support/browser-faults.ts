import { forceCloseDatabase } from 'fake-indexeddb';
import { vi } from 'vitest';

/** Faults of browsers, played on fake-indexeddb. They were seen in Firefox 153 and in WebKitGTK 2.50. */

/** The internals of fake-indexeddb's transactions that the faults use. */
interface Played extends IDBTransaction {
  /** Queues work. A request without a source is invisible: its work is done after all that is queued before it. */
  _execRequestAsync(request: { source?: IDBObjectStore; operation: () => unknown }): IDBRequest;
  _abort(name: string): void;
}

type Write = 'put' | 'add' | 'delete';
const writes: readonly Write[] = ['put', 'add', 'delete'];

const played = (store: IDBObjectStore): Played => store.transaction as Played;

function failing(store: IDBObjectStore, name: string): IDBRequest {
  return played(store)._execRequestAsync({
    source: store,
    operation: () => {
      throw new DOMException('', name);
    },
  });
}

type Again = (store: IDBObjectStore) => void;

/**
 * Asks `meet` at each write, which may give a request in its place.
 * @returns ends it
 */
function atWrites(meet: (store: IDBObjectStore, again: Again) => IDBRequest | undefined): () => void {
  const spies = writes.map((method) => {
    const original = IDBObjectStore.prototype[method] as (...input: unknown[]) => IDBRequest;
    return vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
      this: IDBObjectStore,
      ...input: unknown[]
    ) {
      const again = (store: IDBObjectStore) => original.apply(store, input);
      return (meet(this, again) ?? again(this)) as never;
    });
  });
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
}

/**
 * Refuses the nth write from now on for want of room, as Firefox does: the writes before it are taken back, and those that
 * are queued behind it are carried out afterwards, outside of the transaction.
 * @returns ends it
 */
export function refuseWrite(nth: number): () => void {
  let made = 0;
  const behind: Again[] = [];
  return atWrites((store, again) => {
    if (++made > nth) behind.push(again);
    if (made !== nth) return undefined;
    const { transaction, name } = store;
    transaction.addEventListener('abort', () => {
      const outside = transaction.db.transaction(name, 'readwrite').objectStore(name);
      for (const write of behind) write(outside);
    });
    return failing(store, 'QuotaExceededError');
  });
}

/**
 * Refuses every commit of a transaction. In Firefox, which calls it a quota, the first write afterwards is refused too.
 * @returns ends it
 */
export function refuseCommits(name = 'QuotaExceededError'): () => void {
  let refusesWrite = false;
  const commits = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (this: IDBTransaction) {
    const transaction = this as Played;
    const operation = () => {
      refusesWrite = name === 'QuotaExceededError';
      transaction._abort(name);
    };
    transaction._execRequestAsync({ operation });
  });
  const endWrites = atWrites((store) => {
    if (!refusesWrite) return undefined;
    refusesWrite = false;
    return failing(store, 'InvalidStateError');
  });
  return () => {
    commits.mockRestore();
    endWrites();
  };
}

/** Lets the browser close the database when it is next asked for this. */
export function closeAt(method: 'get' | 'put'): void {
  vi.spyOn(IDBObjectStore.prototype, method).mockImplementationOnce(function (this: IDBObjectStore) {
    const request = failing(this, 'AbortError');
    forceCloseDatabase(this.transaction.db as never);
    return request as never;
  });
}
