import type { StoredRecord } from '@coracle/core';
import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';

/**
 * The contents of a database. Strings sort by UTF-16 code unit there, which for ASCII keys is the order of the port.
 */
export interface Schema extends DBSchema {
  records: { key: string; value: StoredRecord };
  /** A piece is written as an array, and can be read in any of these forms. */
  pieces: { key: string; value: Uint8Array | ArrayBuffer | Blob };
}

export type StoreName = 'records' | 'pieces';
export type Database = IDBPDatabase<Schema>;

/** Converts a database from one version to the next. */
export type Step = (database: Database, transaction: IDBPTransaction<Schema, StoreName[], 'versionchange'>) => void;

/**
 * The steps that made a database what it is. The first step makes version 1 of an empty database; a second would make
 * version 2 of version 1. A change of the schema adds a step. The existing steps have already run on people's machines,
 * and must not change.
 */
export const steps: readonly Step[] = [
  (database) => {
    database.createObjectStore('records', { keyPath: 'key' });
    database.createObjectStore('pieces');
  },
];

/**
 * The key of a mark that tells a database from an earlier one of the same name that was cleared. No piece has such an
 * id. Databases that were created before this mark existed do not have it.
 */
const identityKey = '.identity';

type Upgrade = Parameters<Step>[1];

export function giveIdentity(transaction: Upgrade): void {
  void transaction.objectStore('pieces').put(crypto.getRandomValues(new Uint8Array(16)), identityKey);
}

export async function identityOf(database: Database): Promise<string> {
  // It does not use `database.get`, whose transaction would reject a promise that nobody can catch.
  const transaction = database.transaction('pieces');
  transaction.done.catch(() => undefined);
  return String(await transaction.store.get(identityKey));
}

/** Says whether a database is a storage's. A site may have given the name to a database of another kind. */
export const isOurs = ({ objectStoreNames }: Database): boolean =>
  (['records', 'pieces'] as const).every((store) => objectStoreNames.contains(store));
