import type { Storage } from '@coracle/core';
import { type IDBPDatabase, openDB } from 'idb';
import { onTestFinished } from 'vitest';
import { deleteIndexedDbStorage, indexedDbStorage } from '../src/index.ts';

let databases = 0;
export const newName = () => `storage-${++databases}`;

/** The name of a database of the test's own, deleted after it. */
export function ownDatabase(): string {
  const name = newName();
  onTestFinished(() => deleteIndexedDbStorage(name));
  return name;
}

/** A storage of the test's own. */
export function ownStorage(): Storage {
  const storage = indexedDbStorage(ownDatabase());
  onTestFinished(async () => storage.close?.());
  return storage;
}

/** Another program's connection, closed after the test: by default it lets go of nothing. */
export async function otherProgram(name: string, version: number, upgrade?: (database: IDBPDatabase) => void) {
  const database = await openDB(name, version, { upgrade: (opened) => upgrade?.(opened) });
  onTestFinished(() => database.close());
  return database;
}

export const record = (key: string, value = 1) => ({ key, version: `${key}-${value}`, value });
export const bytesOf = (size: number) => new Uint8Array(size).map((_, i) => i % 251);
