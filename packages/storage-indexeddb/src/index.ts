import type { Storage } from '@coracle/core';
import { Connection } from './connection.ts';
import { IndexedDbBytes } from './indexeddb-bytes.ts';
import { IndexedDbRecords } from './indexeddb-records.ts';

export { deleteIndexedDbStorage } from './connection.ts';

/**
 * Makes a storage in the browser's IndexedDB, for pages and workers. Its contents survive a reload, a crash and a
 * restart. Storages of one name are one database, in any number of tabs and workers of a site. Each commit is one
 * transaction, so that they never corrupt it. The database is opened at the first use. Commits are atomic and reads are
 * fresh.
 * @param name the name of the database, which the site chooses
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
 * Asks the browser to keep the data of this site even when its disk gets full. Otherwise the browser may clear a site
 * that was not used for long. Some browsers ask the user, and answer when the user has.
 * @returns whether it will; also false if it cannot be asked, in workers and on pages without HTTPS
 */
export async function persist(): Promise<boolean> {
  return (await globalThis.navigator?.storage?.persist?.()) ?? false;
}
