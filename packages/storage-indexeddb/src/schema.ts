import type { StoredRecord } from '@coracle/core';
import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';

/** What a database holds. Strings sort by UTF-16 code unit there, which for ASCII keys is the order of the port. */
export interface Schema extends DBSchema {
  records: { key: string; value: StoredRecord };
  /** Written as an array, and read in whatever form it is. */
  pieces: { key: string; value: Uint8Array | ArrayBuffer | Blob };
}

export type StoreName = 'records' | 'pieces';
export type Database = IDBPDatabase<Schema>;

/** Leads a database from one version to the next. */
export type Step = (database: Database, transaction: IDBPTransaction<Schema, StoreName[], 'versionchange'>) => void;

/**
 * How a database became what it is: the first step makes version 1 of nothing, the second would make 2 of 1. A change of
 * the schema is one more step; those that are here have been taken on people's machines, and stay as they are.
 */
export const steps: readonly Step[] = [
  (database) => {
    database.createObjectStore('records', { keyPath: 'key' });
    database.createObjectStore('pieces');
  },
];

/**
 * The key of a mark that tells a database from the one that had its name before and was cleared. No piece has such an id.
 * Databases that were made before there was this mark do not have it.
 */
const identityKey = '.identity';

type Upgrade = Parameters<Step>[1];

export function giveIdentity(transaction: Upgrade): void {
  void transaction.objectStore('pieces').put(crypto.getRandomValues(new Uint8Array(16)), identityKey);
}

export async function identityOf(database: Database): Promise<string> {
  // Not `database.get`, whose transaction would reject a promise that nobody can catch.
  const transaction = database.transaction('pieces');
  transaction.done.catch(() => undefined);
  return String(await transaction.store.get(identityKey));
}

/** A site may have given the name to a database of another kind. */
export const isOurs = ({ objectStoreNames }: Database): boolean =>
  (['records', 'pieces'] as const).every((store) => objectStoreNames.contains(store));
