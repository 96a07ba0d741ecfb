import type { StoredRecord } from '@coracle/core';
import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';

/**
 * The object stores of a database, with the types of their keys and values. IndexedDB sorts strings by UTF-16 code
 * units. For ASCII keys that is the order in which a storage must list records.
 */
export interface Schema extends DBSchema {
  records: { key: string; value: StoredRecord };
  /**
   * The pieces of blob content, by their ids. This version writes each piece as a Uint8Array. It can also read pieces
   * that are an ArrayBuffer or a Blob.
   */
  pieces: { key: string; value: Uint8Array | ArrayBuffer | Blob };
}

export type StoreName = 'records' | 'pieces';
export type Database = IDBPDatabase<Schema>;

/** A function that changes the schema of a database from one version to the next. */
export type Step = (database: Database, transaction: IDBPTransaction<Schema, StoreName[], 'versionchange'>) => void;

/**
 * The steps that create the current schema from an empty database. The first step makes version 1; a second step would
 * turn version 1 into version 2.
 *
 * To change the schema, add a step. Never change an existing step, because it has already run in users' browsers.
 */
export const steps: readonly Step[] = [
  (database) => {
    database.createObjectStore('records', { keyPath: 'key' });
    database.createObjectStore('pieces');
  },
];

/**
 * The key of a random value that identifies a database. If a database is deleted and created again, the new database
 * gets another value. No piece can have this key as its id. Databases that were created by a version of Coracle without
 * this key do not have the value.
 */
const identityKey = '.identity';

type Upgrade = Parameters<Step>[1];

export function giveIdentity(transaction: Upgrade): void {
  void transaction.objectStore('pieces').put(crypto.getRandomValues(new Uint8Array(16)), identityKey);
}

export async function identityOf(database: Database): Promise<string> {
  // `database.get` is not used, because its transaction has a promise that can reject and that no code can catch.
  const transaction = database.transaction('pieces');
  transaction.done.catch(() => undefined);
  return String(await transaction.store.get(identityKey));
}

/**
 * Returns whether a database has the object stores of `indexedDbStorage`. Another program of the site may have made a
 * database with the same name.
 */
export const isOurs = ({ objectStoreNames }: Database): boolean =>
  (['records', 'pieces'] as const).every((store) => objectStoreNames.contains(store));
