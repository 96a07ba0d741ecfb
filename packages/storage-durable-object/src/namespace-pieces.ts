import type { ByteStore } from '@coracle/core';
import { checkPiece } from '@coracle/core/storage-kit';
import type { PiecesNamespace } from './bindings.ts';
import type { Wait } from './failures.ts';
import { pieceCall } from './pieces.ts';

/**
 * The maximum size of a piece (a chunk of content) in bytes, from the page "Limits" of the documentation of Workers KV.
 */
const maxBytes = 25 * 1024 * 1024;
/**
 * The time in seconds for which a data centre may cache a piece (a chunk of content). It is a day, because a piece
 * never changes.
 */
const cacheTtl = 24 * 60 * 60;
const deletesAtOnce = 6;
/**
 * The minimum number of ids with which `remove` first lists the keys of the namespace to find the ids that exist. The
 * garbage collector calls `remove` with a thousand possible ids, and only a few of these ids exist.
 */
const worthLooking = 100;

/**
 * Keeps pieces (chunks of content) as values in a Workers KV namespace.
 *
 * If a key is read that does not exist, the data centre caches for a minute that the key does not exist. So a piece
 * must never be read before it is put. `put` reads nothing, and the engine reads a piece only if a record names its id.
 */
export class NamespacePieces implements ByteStore {
  readonly maxBytes = maxBytes;
  readonly #namespace: PiecesNamespace;
  readonly #wait: Wait;

  constructor(namespace: PiecesNamespace, wait: Wait) {
    this.#namespace = namespace;
    this.#wait = wait;
  }

  async put(id: string, bytes: Uint8Array): Promise<void> {
    checkPiece('durableObjectStorage', id, bytes, maxBytes);
    await pieceCall(`put the piece ${id}`, this.#wait, () => this.#namespace.put(id, bytes));
  }

  async get(id: string): Promise<Uint8Array | undefined> {
    // KV caches a missing key for `cacheTtl` too, and a day is too long. A second read with the default time ignores
    // such an entry.
    const found = (await this.#read(id, { cacheTtl })) ?? (await this.#read(id, {}));
    return found === null ? undefined : new Uint8Array(found);
  }

  async remove(ids: readonly string[]): Promise<void> {
    const there = ids.length < worthLooking ? ids : await this.#among(ids);
    for (let at = 0; at < there.length; at += deletesAtOnce) {
      const some = there.slice(at, at + deletesAtOnce);
      await Promise.all(
        some.map((id) => pieceCall(`remove the piece ${id}`, this.#wait, () => this.#namespace.delete(id))),
      );
    }
  }

  #read(id: string, options: { readonly cacheTtl?: number }): Promise<ArrayBuffer | null> {
    const read = () => this.#namespace.get(id, { type: 'arrayBuffer', ...options });
    return pieceCall(`get the piece ${id}`, this.#wait, read);
  }

  async #among(ids: readonly string[]): Promise<string[]> {
    const [prefix, listed] = [commonStart(ids), new Set<string>()];
    for (let cursor: string | undefined, complete = false; !complete; ) {
      const options = { prefix, ...(cursor === undefined ? {} : { cursor }) };
      const page = await pieceCall('list pieces', this.#wait, () => this.#namespace.list(options));
      for (const { name } of page.keys) listed.add(name);
      [complete, cursor] = [page.list_complete, page.cursor];
    }
    return ids.filter((id) => listed.has(id));
  }
}

function commonStart([first = '', ...others]: readonly string[]): string {
  let start = first;
  for (const id of others) while (!id.startsWith(start)) start = start.slice(0, -1);
  return start;
}
