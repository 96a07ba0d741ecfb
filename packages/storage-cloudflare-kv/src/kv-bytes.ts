import type { ByteStore } from '@coracle/core';
import { checkPiece } from '@coracle/core/storage-kit';
import type { Means } from './kv-records.ts';
import { limits } from './namespace.ts';
import { patiently } from './patience.ts';
import { pieceMark } from './stored.ts';

/**
 * The time in seconds for which a data centre may cache a piece (a chunk of content). It is a day, because a piece
 * never changes.
 */
const cacheTtl = 24 * 60 * 60;
/**
 * The conditions under which `remove` first lists keys to find out which of the given ids exist. The number of ids must
 * be at least `ids`, and the common prefix of all ids must have at least `start` characters.
 */
const worthLooking = { ids: 100, start: 8 };
const atOnce = 6;

/**
 * Keeps pieces (chunks of content) as KV values. The engine must never read a piece before the piece is put, because KV
 * caches the answer that a key does not exist.
 */
export class KvBytes implements ByteStore {
  readonly maxBytes = limits.valueBytes;
  readonly #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  async put(id: string, bytes: Uint8Array): Promise<void> {
    checkPiece('kvStorage', id, bytes, limits.valueBytes);
    const { namespace, wait } = this.#means;
    await patiently(`put the piece ${JSON.stringify(id)}`, wait, () => namespace.put(this.#nameOf(id), bytes));
  }

  async get(id: string): Promise<Uint8Array | undefined> {
    // KV caches a missing key for `cacheTtl` too. A second read with the default time ignores such an entry.
    const found = (await this.#read(id, { cacheTtl })) ?? (await this.#read(id, {}));
    return found === null ? undefined : new Uint8Array(found);
  }

  async remove(ids: readonly string[]): Promise<void> {
    const wanted = [...new Set(ids)];
    const start = wanted.length < worthLooking.ids ? '' : commonStart(wanted);
    const there = start.length < worthLooking.start ? wanted : await this.#among(wanted, start);
    const { namespace, wait } = this.#means;
    for (let at = 0; at < there.length; at += atOnce) {
      await Promise.all(
        there
          .slice(at, at + atOnce)
          .map((id) =>
            patiently(`remove the piece ${JSON.stringify(id)}`, wait, () => namespace.delete(this.#nameOf(id))),
          ),
      );
    }
  }

  #nameOf(id: string): string {
    return this.#means.prefix + pieceMark + id;
  }

  #read(id: string, options: { cacheTtl?: number }): Promise<ArrayBuffer | null> {
    const { namespace, wait } = this.#means;
    const name = this.#nameOf(id);
    return patiently(`read the piece ${JSON.stringify(id)}`, wait, () =>
      namespace.get(name, { type: 'arrayBuffer', ...options }),
    );
  }

  /**
   * Returns those of the given ids under which KV lists a piece. `start` is the common prefix of the ids. The garbage
   * collector removes a thousand possible ids at once, and only a few of them exist.
   */
  async #among(ids: readonly string[], start: string): Promise<string[]> {
    const prefix = this.#nameOf(start);
    const { namespace, wait } = this.#means;
    const listed = new Set<string>();
    for (let cursor: string | undefined, complete = false; !complete; ) {
      const options = { prefix, limit: limits.keysPerList, ...(cursor === undefined ? {} : { cursor }) };
      const page = await patiently('list pieces', wait, () => namespace.list(options));
      for (const { name } of page.keys) listed.add(name);
      complete = page.list_complete;
      cursor = page.cursor;
    }
    return ids.filter((id) => listed.has(this.#nameOf(id)));
  }
}

function commonStart([first = '', ...others]: readonly string[]): string {
  let start = first;
  for (const id of others) while (!id.startsWith(start)) start = start.slice(0, -1);
  return start;
}
