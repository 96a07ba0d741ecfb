import type { RecordStore } from '@coracle/core';
import type { ObjectState, RecordsNamespace } from './bindings.ts';
import { byTimer, doing, isPassing, type Wait } from './failures.ts';
import { RowRecords, type RowStore } from './row-records.ts';
import { SqlRows } from './sql-rows.ts';

/** Makes the record store that keeps records in a Durable Object, which it calls by RPC. Each call is one round trip. */
export const objectRecords = (namespace: RecordsNamespace, name: string, wait: Wait): RecordStore =>
  new RowRecords((what, call) => {
    // A stub belongs to the request that made it, and a stub that has failed stays broken.
    const once = async (again: boolean) => call(namespace.get(namespace.idFromName(name) as never) as RowStore, again);
    return doing(what, wait, once, isPassing);
  });

/**
 * Makes the record store for an engine that runs inside of a Durable Object: the records are in the SQLite database of the
 * object itself. Commits are atomic, and every read sees all commits before it.
 *
 * Reads need no network. The store nevertheless states `remote: true`, because the content is outside of the object. The
 * engine then keeps small manifests in records.
 * @param storage the member `storage` of the state that the runtime passes to the object
 */
export function sqliteRecords(storage: ObjectState['storage']): RecordStore {
  const rows = new SqlRows(storage);
  return new RowRecords((what, call) =>
    doing(
      what,
      byTimer,
      async (again) => call(rows, again),
      () => false,
    ),
  );
}
