import type { Change, CommitResult, ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/core';
import { checkLimit } from '@coracle/core/storage-kit';
import { type Row, type RowChange, type RowPage, type RowRange, recordOf, rowOf } from './rows.ts';

/** The methods that read and write rows: in the same Durable Object, or by RPC. */
export interface RowStore {
  getMany(keys: readonly string[]): (Row | null)[] | Promise<(Row | null)[]>;
  list(range: RowRange): RowPage | Promise<RowPage>;
  commit(change: RowChange): string | null | Promise<string | null>;
}

/**
 * Runs a call to the rows. `what` completes the sentence "durableObjectStorage cannot …" of an error text. `again` is
 * true if the call is a retry.
 */
export type CallRows = <T>(what: string, call: (rows: RowStore, again: boolean) => T | Promise<T>) => Promise<T>;

/** Keeps records as rows. A read of more than 12 MiB needs several calls. */
export class RowRecords implements RecordStore {
  readonly guarantees = { atomicCommit: true, freshReads: true, remote: true } as const;
  readonly #call: CallRows;

  constructor(call: CallRows) {
    this.#call = call;
  }

  async getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    const records: (StoredRecord | undefined)[] = [];
    while (records.length < keys.length) {
      const rest = keys.slice(records.length);
      const found = await this.#call(`read ${rest.length} records`, (rows) => rows.getMany(rest));
      for (const row of found) records.push(row === null ? undefined : recordOf(row));
    }
    return records;
  }

  async list({ prefix, after = '', limit, keysOnly = false }: ListRange): Promise<ListPage> {
    checkLimit('durableObjectStorage', limit);
    const entries: StoredRecord[] = [];
    for (;;) {
      const range = { prefix, after: entries.at(-1)?.key ?? after, limit: limit - entries.length, keysOnly };
      const what = `list the records under ${JSON.stringify(prefix)}`;
      const page = await this.#call(what, (rows) => rows.list(range));
      for (const row of page.rows) entries.push(recordOf(row));
      if (!page.more || entries.length === limit) return { entries, more: page.more };
    }
  }

  async commit({ expect = [], put = [], remove = [] }: Change): Promise<CommitResult> {
    const change = { expect, put: put.map(rowOf), remove };
    const what = `write ${put.length} and remove ${remove.length} records`;
    const differing = await this.#call(what, (rows, again) => rows.commit({ ...change, again }));
    return differing === null ? { ok: true } : { ok: false, key: differing };
  }
}
