import type { ByteStore } from '@coracle/core';
import { checkPiece, checkSameBytes } from '@coracle/core/storage-kit';
import type { Connection } from './connection.ts';
import { isCalled } from './problems.ts';
import { commitInTurn, commitTogether } from './transactions.ts';

const maxBytes = 64 * 1024 * 1024;

/**
 * Keeps pieces of blob content in an IndexedDB object store, by their ids. Each piece is stored as a Uint8Array.
 *
 * Pieces are not stored as Blobs, although a Blob can be read in half the time. Chromium keeps the bytes of a Blob in
 * memory until the Blob object is garbage-collected, up to 2 GiB if nothing else needs the memory. Chromium also
 * sometimes fails to store a Blob ("Failed to write blobs (InvalidBlob)").
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
    // The piece must be as durable as the record that will name it. To lose only the piece would be worse than to lose
    // both.
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
    // Another call has removed the stored piece meanwhile, so the new one can be put now.
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
    // No record names these pieces any more. If a power failure brings a piece back, it only takes space.
    const begin = { store: 'pieces', mode: 'readwrite', durability: 'relaxed' } as const;
    await this.#connection.run(`remove ${ids.length} pieces`, begin, (transaction) =>
      commitTogether(
        transaction,
        ids.map((id) => () => transaction.store.delete(id)),
      ),
    );
  }
}

/**
 * Returns an array with the given bytes whose buffer contains no other bytes. IndexedDB would also store the rest of a
 * larger buffer.
 */
function alone(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength;
  return isWhole ? bytes : new Uint8Array(bytes);
}
