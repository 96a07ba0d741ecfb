import type { Change, CommitResult, Json, ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/core';
import { checkLimit, jsonOf } from '@coracle/core/storage-kit';
import type { SortedMap } from './sorted-map.ts';

/**
 * Keeps records in memory, sorted by their keys. Records are frozen, so that reads can return the stored objects
 * without copying them.
 */
export class MemoryRecords implements RecordStore {
  readonly guarantees = { atomicCommit: true, freshReads: true, remote: false } as const;
  readonly #sorted: SortedMap<StoredRecord>;

  constructor(sorted: SortedMap<StoredRecord>) {
    this.#sorted = sorted;
  }

  async getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    return keys.map((key) => this.#sorted.get(key));
  }

  async list({ prefix, after, limit }: ListRange): Promise<ListPage> {
    checkLimit('memoryStorage', limit);
    const entries: StoredRecord[] = [];
    const from = after !== undefined && after > prefix ? after : prefix;
    let more = false;
    this.#sorted.visitFrom(from, (record) => {
      if (record.key === after) return true;
      if (!record.key.startsWith(prefix)) return false;
      more = entries.length === limit;
      if (!more) entries.push(record);
      return !more;
    });
    return { entries, more };
  }

  async commit({ expect = [], put = [], remove = [] }: Change): Promise<CommitResult> {
    // This function does not await anything, so that no other call can run between the check and the writes.
    for (const { key, version } of expect) {
      if ((this.#sorted.get(key)?.version ?? null) !== version) return { ok: false, key };
    }
    // All records are made before any is stored, because making one may throw.
    for (const record of put.map(frozenCopy)) this.#sorted.set(record.key, record);
    for (const key of remove) this.#sorted.delete(key);
    return { ok: true };
  }
}

function frozenCopy(record: StoredRecord): StoredRecord {
  const value = frozen(JSON.parse(jsonOf('memoryStorage', record)) as Json);
  return Object.freeze({ key: record.key, version: record.version, value });
}

function frozen(value: Json): Json {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}
