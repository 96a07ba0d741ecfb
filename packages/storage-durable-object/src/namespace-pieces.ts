import type { ByteStore } from '@coracle/core';
import { checkPiece } from '@coracle/core/storage-kit';
import type { PiecesNamespace } from './bindings.ts';
import type { Wait } from './failures.ts';
import { pieceCall } from './pieces.ts';

/** "Limits" of Workers KV. */
const maxBytes = 25 * 1024 * 1024;
/** A piece never changes, so that every place may keep it for a day. In seconds. */
const cacheTtl = 24 * 60 * 60;
const deletesAtOnce = 6;
/** From so many ids on it is looked first which are there: the collector names a thousand of which few were given. */
const worthLooking = 100;

/**
 * Pieces as values of KV. A place where an id was looked for in vain remembers that for a minute, so that nobody may
 * look for one before it is there: `put` never does, and the engine does only when a record names it.
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
    // What was looked for in vain is remembered for as long as is asked for: a day would be too long.
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
