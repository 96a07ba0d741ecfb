import type { Storage } from '@coracle/core';
import { Connection } from './connection.ts';
import { IndexedDbBytes } from './indexeddb-bytes.ts';
import { IndexedDbRecords } from './indexeddb-records.ts';

export { deleteIndexedDbStorage } from './connection.ts';

/**
 * Makes a storage in the browser's IndexedDB, for pages and workers. The contents of the storage survive a reload of
 * the page, a crash and a restart of the browser.
 *
 * All storages of a site with the same name use the same database, also in different tabs and workers. Concurrent
 * writes cannot corrupt the database, because each commit is one transaction. The database is opened at the first use.
 * Commits are atomic, and every read sees all commits before it.
 * @param name any name for the database; it must be unique among the databases of the site
 */
export function indexedDbStorage(name: string): Storage {
  const connection = new Connection(name);
  return {
    records: new IndexedDbRecords(connection),
    bytes: new IndexedDbBytes(connection),
    close: async () => connection.close(),
  };
}

/**
 * Asks the browser to keep the data of this site even if the disk gets full. Without this permission, the browser may
 * also delete the data of a site that was not used for a long time. Some browsers ask the user, and the promise
 * resolves after the user has answered.
 * @returns true if the browser will keep the data; false if it refuses, and in workers and on pages without HTTPS
 */
export async function persist(): Promise<boolean> {
  return (await globalThis.navigator?.storage?.persist?.()) ?? false;
}
