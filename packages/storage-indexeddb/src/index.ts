import type { Storage } from '@coracle/core';
import { Connection } from './connection.ts';
import { IndexedDbBytes } from './indexeddb-bytes.ts';
import { IndexedDbRecords } from './indexeddb-records.ts';

export { deleteIndexedDbStorage } from './connection.ts';

/**
 * A storage in the browser's IndexedDB, for pages and workers: what is in it outlives a reload, a crash and a restart.
 * Storages of one name are one database, in however many tabs and workers of a site; each commit is one transaction,
 * so that they never corrupt it. Opened at the first use. Commits are atomic and reads fresh.
 * @param name the database's name, the site's own to choose
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
 * Asks the browser to keep what this site stores even when its disk gets full: without this it may clear a site that
 * was not used for long. Some browsers ask the user, and answer when the user has.
 * @returns whether it will; false also where it cannot be asked: in workers, and on pages without HTTPS
 */
export async function persist(): Promise<boolean> {
  return (await globalThis.navigator?.storage?.persist?.()) ?? false;
}
