import type { ByteStore } from '@coracle/core';
import { checkPiece, checkSameBytes } from '@coracle/core/storage-kit';
import type { Connection } from './connection.ts';
import { isCalled } from './problems.ts';
import { commitInTurn, commitTogether } from './transactions.ts';

const maxBytes = 64 * 1024 * 1024;

/**
 * Pieces in an object store by their id, as arrays. Blobs are read in half the time, but Chromium keeps their bytes in
 * memory until their objects are collected, up to 2 GiB if it needs the memory for nothing else. It also sometimes
 * fails to store a Blob ("Failed to write blobs (InvalidBlob)").
 */
export class IndexedDbBytes implements ByteStore {
  readonly maxBytes = maxBytes;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async put(id: string, bytes: Uint8Array): Promise<void> {
    checkPiece('indexedDbStorage', id, bytes, maxBytes);
    const doing = `put ${bytes.length} bytes under ${JSON.stringify(id)}`;
    // The piece must be as durable as the record that will name it: a record whose piece was lost would be worse than
    // neither.
    const begin = { store: 'pieces', mode: 'readwrite', durability: 'strict' } as const;
    const added = await this.#connection.run(doing, begin, async (transaction) => {
      try {
        await commitInTurn(transaction, [() => transaction.store.add(alone(bytes), id)]);
        return true;
      } catch (error) {
        if (isCalled(error, 'ConstraintError')) return false;
        throw error;
      }
    });
    if (added) return;
    const stored = await this.get(id);
    // It was removed meanwhile, so it can be put now.
    if (stored === undefined) return this.put(id, bytes);
    checkSameBytes('indexedDbStorage', id, bytes, stored);
  }

  get(id: string): Promise<Uint8Array | undefined> {
    const begin = { store: 'pieces', mode: 'readonly' } as const;
    return this.#connection.run(`read the piece ${JSON.stringify(id)}`, begin, async ({ store }) => {
      const stored = await store.get(id);
      if (stored === undefined || stored instanceof Uint8Array) return stored;
      return new Uint8Array(stored instanceof Blob ? await stored.arrayBuffer() : stored);
    });
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    // Nothing names them any more. A piece that comes back after a power failure only takes room.
    const begin = { store: 'pieces', mode: 'readwrite', durability: 'relaxed' } as const;
    await this.#connection.run(`remove ${ids.length} pieces`, begin, (transaction) =>
      commitTogether(
        transaction,
        ids.map((id) => () => transaction.store.delete(id)),
      ),
    );
  }
}

/** Copies the bytes of a view without the rest of the buffer behind it, which would be stored as well. */
function alone(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength;
  return isWhole ? bytes : new Uint8Array(bytes);
}
