import type { ByteStore } from '@coracle/core';
import { checkPiece, checkSameBytes } from '@coracle/core/storage-kit';
import type { SortedMap } from './sorted-map.ts';

const maxBytes = 64 * 1024 * 1024;

/**
 * Keeps pieces of blob content in memory, by their ids.
 *
 * A piece is copied when it is put and when it is read, unless the caller promises not to change the array. So the
 * stored bytes always match their digest, even if the caller changes its own array later.
 */
export class MemoryBytes implements ByteStore {
  readonly maxBytes = maxBytes;
  readonly keepsHandedOver = true;
  readonly #pieces: SortedMap<Uint8Array>;

  constructor(pieces: SortedMap<Uint8Array>) {
    this.#pieces = pieces;
  }

  async put(id: string, bytes: Uint8Array, { handedOver = false } = {}): Promise<void> {
    checkPiece('memoryStorage', id, bytes, maxBytes);
    const stored = this.#pieces.get(id);
    if (stored === undefined) this.#pieces.set(id, handedOver ? bytes : copyOf(bytes));
    else checkSameBytes('memoryStorage', id, bytes, stored);
  }

  async get(id: string, { readOnly = false } = {}): Promise<Uint8Array | undefined> {
    const stored = this.#pieces.get(id);
    return stored && !readOnly ? copyOf(stored) : stored;
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#pieces.delete(id);
  }
}

/**
 * Returns a copy of the bytes. `slice` is not used, because the `slice` of a Node Buffer returns a view of the same
 * memory.
 */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
