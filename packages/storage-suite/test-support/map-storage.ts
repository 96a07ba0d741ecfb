import type { Change, CommitResult, ListPage, ListRange, Mark, Storage, StoredRecord } from '@coracle/registry/core';
import { sorted } from '../src/given.ts';

/**
 * The plainest storage that keeps the contract: a Map for the records, sorted at every list, and one for the pieces.
 * Its methods are properties and its Maps are open, so that a test can break one thing at a time.
 */
export class MapStorage implements Storage {
  rows = new Map<string, StoredRecord>();
  pieces = new Map<string, Uint8Array>();

  records = {
    guarantees: { atomicCommit: true, freshReads: true, remote: false },

    getMany: async (keys: readonly string[]): Promise<(StoredRecord | undefined)[]> =>
      keys.map((key) => structuredClone(this.rows.get(key))),

    list: async ({ prefix, after, limit }: ListRange): Promise<ListPage> => {
      const matching = sorted(this.rows.values()).filter(
        ({ key }) => key.startsWith(prefix) && (after === undefined || key > after),
      );
      return { entries: structuredClone(matching.slice(0, limit)), more: matching.length > limit };
    },

    commit: async (change: Change): Promise<CommitResult> => {
      const put = structuredClone(change.put ?? []);
      for (const { key, version } of change.expect ?? []) {
        if ((this.rows.get(key)?.version ?? null) !== version) return { ok: false, key };
      }
      for (const record of put) this.rows.set(record.key, record);
      for (const key of change.remove ?? []) this.rows.delete(key);
      return { ok: true };
    },
  };

  bytes = {
    maxBytes: 32 * 1024 * 1024,

    put: async (id: string, bytes: Uint8Array, _options?: { readonly handedOver?: boolean }): Promise<void> => {
      this.pieces.set(id, new Uint8Array(bytes));
    },

    get: async (id: string): Promise<Uint8Array | undefined> => this.pieces.get(id)?.slice(),

    remove: async (ids: readonly string[]): Promise<void> => {
      for (const id of ids) this.pieces.delete(id);
    },
  };

  mark?: () => Mark = () => {
    const [rows, pieces] = [new Map(this.rows), new Map(this.pieces)];
    return {
      records: () => structuredClone(sorted(rows.values())),
      piece: (id) => pieces.get(id)?.slice(),
      restore: () => {
        const changed = [...this.rows.values()].filter((record) => rows.get(record.key) !== record);
        this.rows = new Map(rows);
        for (const [id, piece] of pieces) this.pieces.set(id, piece);
        return structuredClone(changed);
      },
    };
  };

  close = async (): Promise<void> => {};
}

/** A MapStorage whose reads, and the reads that its commits decide by, see nothing written since the last `settle`. */
export class LaggingStorage extends MapStorage {
  readonly #seen = new MapStorage();

  constructor() {
    super();
    const { commit } = this.records;
    this.records = {
      guarantees: { atomicCommit: false, freshReads: false, remote: true },
      getMany: this.#seen.records.getMany,
      list: this.#seen.records.list,
      commit: async ({ expect = [], put = [], remove = [] }) => {
        const decided = await this.#seen.records.commit({ expect });
        return decided.ok ? commit({ put, remove }) : decided;
      },
    };
    this.bytes.get = this.#seen.bytes.get;
    delete this.mark;
  }

  settle(): void {
    this.#seen.rows = new Map(this.rows);
    this.#seen.pieces = new Map(this.pieces);
  }
}
