import type { Change, CommitResult, Json, ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/core';
import { checkLimit, jsonOf } from '@coracle/core/storage-kit';
import type { RecordsNamespace } from './bindings.ts';
import { doing, isPassing, type Wait } from './failures.ts';
import type { Row, RowChange, RowPage, RowRange } from './rows.ts';

/** The methods of `CoracleRecords` as a Worker calls them by RPC. */
interface Stub {
  getMany(keys: readonly string[]): Promise<(Row | null)[]>;
  list(range: RowRange): Promise<RowPage>;
  commit(change: RowChange): Promise<string | null>;
}

/**
 * Keeps records in a Durable Object. Each call needs one round trip. A read of more than 12 MiB needs several round
 * trips.
 */
export class ObjectRecords implements RecordStore {
  readonly guarantees = { atomicCommit: true, freshReads: true, remote: true } as const;
  readonly #namespace: RecordsNamespace;
  readonly #name: string;
  readonly #wait: Wait;

  constructor(namespace: RecordsNamespace, name: string, wait: Wait) {
    this.#namespace = namespace;
    this.#name = name;
    this.#wait = wait;
  }

  async getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    const records: (StoredRecord | undefined)[] = [];
    while (records.length < keys.length) {
      const rest = keys.slice(records.length);
      const rows = await this.#call(`read ${rest.length} records`, (object) => object.getMany(rest));
      for (const row of rows) records.push(row === null ? undefined : recordOf(row));
    }
    return records;
  }

  async list({ prefix, after = '', limit, keysOnly = false }: ListRange): Promise<ListPage> {
    checkLimit('durableObjectStorage', limit);
    const entries: StoredRecord[] = [];
    for (;;) {
      const range = { prefix, after: entries.at(-1)?.key ?? after, limit: limit - entries.length, keysOnly };
      const what = `list the records under ${JSON.stringify(prefix)}`;
      const { rows, more } = await this.#call(what, (object) => object.list(range));
      for (const row of rows) entries.push(recordOf(row));
      if (!more || entries.length === limit) return { entries, more };
    }
  }

  async commit({ expect = [], put = [], remove = [] }: Change): Promise<CommitResult> {
    const change = { expect, put: put.map(rowOf), remove };
    const what = `write ${put.length} and remove ${remove.length} records`;
    const differing = await this.#call(what, (object, again) => object.commit({ ...change, again }));
    return differing === null ? { ok: true } : { ok: false, key: differing };
  }

  #call<T>(what: string, call: (object: Stub, again: boolean) => Promise<T>): Promise<T> {
    // A stub belongs to the request that made it, and a stub that has failed stays broken.
    const once = (again: boolean) => {
      const namespace = this.#namespace;
      return call(namespace.get(namespace.idFromName(this.#name) as never) as Stub, again);
    };
    return doing(what, this.#wait, once, isPassing);
  }
}

const recordOf = ({ key, version, json }: Row): StoredRecord => ({ key, version, value: JSON.parse(json) as Json });

const rowOf = (record: StoredRecord): Row => ({
  key: record.key,
  version: record.version,
  json: jsonOf('durableObjectStorage', record),
});
