import type { Change, CommitResult, Json, ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/core';
import type { SortedMap } from './sorted-map.ts';

const maxKeyBytes = 512;
const maxValueBytes = 64 * 1024;
const maxLimit = 1000;

/** Records sorted by key, and frozen, so that the same object can be handed out again and again without a copy. */
export class MemoryRecords implements RecordStore {
  readonly guarantees = { atomicCommit: true, freshReads: true } as const;
  readonly #sorted: SortedMap<StoredRecord>;

  constructor(sorted: SortedMap<StoredRecord>) {
    this.#sorted = sorted;
  }

  async getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    return keys.map((key) => this.#sorted.get(key));
  }

  async list({ prefix, after, limit }: ListRange): Promise<ListPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
      throw new Error(`memoryStorage cannot list ${limit} records at once: ask for 1 to ${maxLimit} and page on.`);
    }
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
    // No await from here on: nobody else gets in between the check and the writes.
    for (const { key, version } of expect) {
      if ((this.#sorted.get(key)?.version ?? null) !== version) return { ok: false, key };
    }
    // All are made before any is stored, since making one may throw.
    for (const record of put.map(frozenCopy)) this.#sorted.set(record.key, record);
    for (const key of remove) this.#sorted.delete(key);
    return { ok: true };
  }
}

function frozenCopy({ key, version, value }: StoredRecord): StoredRecord {
  if (key.length < 1 || key.length > maxKeyBytes || /[\u0080-\uffff]/.test(key)) {
    const shown = key.length > 80 ? `${key.slice(0, 80)}…` : key;
    throw new Error(
      `memoryStorage cannot put a record under ${JSON.stringify(shown)} (${key.length} characters): ` +
        `shorten or encode the key to 1 to ${maxKeyBytes} ASCII characters.`,
    );
  }
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) {
    throw new Error(`memoryStorage cannot put ${typeof value} under ${JSON.stringify(key)}: make the value JSON.`);
  }
  // UTF-8 takes at most three bytes for each UTF-16 unit, so that most values need no counting.
  const size = json.length * 3 > maxValueBytes ? new TextEncoder().encode(json).length : 0;
  if (size > maxValueBytes) {
    throw new Error(
      `memoryStorage cannot put ${size} bytes of JSON under ${JSON.stringify(key)}: ` +
        `keep the value to ${maxValueBytes} bytes and put larger content into the byte store.`,
    );
  }
  return Object.freeze({ key, version, value: frozen(JSON.parse(json) as Json) });
}

function frozen(value: Json): Json {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}
