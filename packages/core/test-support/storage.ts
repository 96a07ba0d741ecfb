import type { Json, ListRange, Storage, StoredRecord } from '../src/index.ts';
import { kindOf } from '../src/storage/keys.ts';

/** All that a storage holds: what is compared to say that nothing changed. */
export interface Contents {
  readonly records: Readonly<Record<string, Json>>;
  /** The ids of all pieces, named by a record or not. */
  readonly pieces: readonly string[];
}

export interface WatchedStorage extends Storage {
  contents(): Promise<Contents>;
}

/** Checks that a key is ASCII and has at most 512 bytes. Storages rely on it, in reads as well. */
function checkKey(key: string): void {
  if (key.length > 512) throw new Error(`The key '${key.slice(0, 80)}…' has ${key.length} bytes`);
  if (!/^[\x20-\x7e]*$/.test(key)) throw new Error(`The key ${JSON.stringify(key)} is not ASCII`);
}

/** The collector, the deletion of a repository and the snapshots know a record by the row of its kind. */
function checkKind({ key, value }: StoredRecord): void {
  const kind = kindOf(key);
  if (kind === undefined) throw new Error(`The key '${key}' is of no kind in \`kinds\``);
  const namesPieces = typeof value === 'object' && value !== null && 'pieces' in value;
  if (namesPieces && kind.pieces === undefined)
    throw new Error(`The row of '${key}' does not say that it names pieces`);
}

/** Copies a store's hints about itself. */
const hints = ({ maxBytes, keepsHandedOver }: Storage['bytes']) => ({
  maxBytes,
  ...(keepsHandedOver === undefined ? {} : { keepsHandedOver }),
});

/**
 * Holds the engine to the ports' rules, and knows the storage's whole contents.
 * @param checkRecord is told of each record that is put; by default its kind must have a row
 */
export function watchedStorage(
  inner: Storage,
  checkRecord: (record: StoredRecord) => void = checkKind,
): WatchedStorage {
  const pieces = new Set<string>();
  const list = (range: ListRange) => inner.records.list(range);
  return {
    records: {
      guarantees: inner.records.guarantees,
      getMany: async (keys) => {
        keys.forEach(checkKey);
        return inner.records.getMany(keys);
      },
      list: async (range) => {
        checkKey(range.prefix);
        checkKey(range.after ?? '');
        return list(range);
      },
      commit: async (change) => {
        for (const { key } of [...(change.expect ?? []), ...(change.put ?? [])]) checkKey(key);
        (change.remove ?? []).forEach(checkKey);
        (change.put ?? []).forEach(checkRecord);
        return inner.records.commit(change);
      },
    },
    bytes: {
      ...hints(inner.bytes),
      get: (id, options) => inner.bytes.get(id, options),
      put: async (id, bytes, options) => {
        await inner.bytes.put(id, bytes, options);
        pieces.add(id);
      },
      remove: async (ids) => {
        await inner.bytes.remove(ids);
        for (const id of ids) pieces.delete(id);
      },
    },
    contents: async () => {
      const records: Record<string, Json> = {};
      for (let after: string | undefined, more = true; more; ) {
        const page = await list({ prefix: '', limit: 1000, ...(after === undefined ? {} : { after }) });
        // A call that is refused may still create the key that signs tokens, and leases of ids: both are made at their
        // first use. The version of the layout comes with the first of them.
        for (const { key, value } of page.entries) if (!/^(?:layout$|secret$|lease\/)/.test(key)) records[key] = value;
        after = page.entries.at(-1)?.key;
        more = page.more;
      }
      return { records, pieces: [...pieces].sort() };
    },
  };
}

/** The storage, but with some of its methods in other words. */
export function storageWith(
  inner: Storage,
  { records = {}, bytes = {} }: { records?: Partial<Storage['records']>; bytes?: Partial<Storage['bytes']> },
): Storage {
  return {
    records: {
      guarantees: inner.records.guarantees,
      getMany: (keys) => inner.records.getMany(keys),
      list: (range) => inner.records.list(range),
      commit: (change) => inner.records.commit(change),
      ...records,
    },
    bytes: {
      ...hints(inner.bytes),
      put: (id, piece, options) => inner.bytes.put(id, piece, options),
      get: (id, options) => inner.bytes.get(id, options),
      remove: (ids) => inner.bytes.remove(ids),
      ...bytes,
    },
  };
}
