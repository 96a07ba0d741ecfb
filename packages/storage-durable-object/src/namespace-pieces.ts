import type { ByteStore } from '@coracle/core';
import { checkPiece } from '@coracle/core/storage-kit';
import type { PiecesNamespace } from './bindings.ts';
import type { Wait } from './failures.ts';
import { pieceCall } from './pieces.ts';

/** The maximum size of a piece ("Limits" of Workers KV). */
const maxBytes = 25 * 1024 * 1024;
/** How long every place may cache a piece, which never changes: a day, in seconds. */
const cacheTtl = 24 * 60 * 60;
const deletesAtOnce = 6;
/**
 * With at least this many ids, a list first finds out which of them exist. The collector names a thousand ids, of which
 * few were given.
 */
const worthLooking = 100;

/**
 * Pieces as values of KV. A place that did not find an id remembers that for a minute, so nobody may look for an id
 * before it exists. `put` never does so, and the engine looks for an id only if a record names it.
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
    // A miss is remembered for as long as the read asks for. A day would be too long.
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
