import { type ByteStore, cutIntoPieces, defaultHasher, type Room, type StoredContent } from '@coracle/core';

/** Ids that the object has reserved, all by one call. */
interface Reserved {
  readonly lease: string;
  readonly ids: readonly string[];
}

/** The place of new content. */
export interface Target {
  readonly bytes: Pick<ByteStore, 'put'>;
  /** The memory limit that the pieces count against. */
  readonly room: Room;
  /** The position of the first byte of the content in its upload. */
  readonly first: number;
  readonly reserved: Reserved;
  /** Adds stored pieces to the upload, and reserves further ids. */
  readonly record: (stored: StoredContent) => Promise<Reserved>;
}

/** Pieces that are stored and not added to their upload yet, and the digest of all bytes of the content. */
export interface Rest {
  readonly stored: StoredContent;
  readonly digest: string;
}

/**
 * Cuts content into pieces of 8 MiB, hashes them, and stores them, two at a time if memory allows it. If the ids run out,
 * the stored pieces are added to the upload on the way. If the content breaks off, its stored pieces are added as well, so
 * that the client can send the rest later.
 * @returns the pieces that are left to add; undefined if the content is empty
 */
export async function storeContent(content: AsyncIterable<Uint8Array>, target: Target): Promise<Rest | undefined> {
  const hash = defaultHasher('sha256');
  const load = new Load(target);
  try {
    for await (const piece of cutIntoPieces(content, { toKeep: true, room: target.room })) {
      await load.put(piece);
      await hash.update(piece);
    }
    await load.arrived();
  } catch (error) {
    // This failure is the one to report. If the pieces cannot be added, the garbage collection deletes them.
    await load.record().catch(() => undefined);
    throw error;
  }
  const { stored } = load;
  return stored.pieces.length === 0 ? undefined : { stored, digest: `sha256:${await hash.digest()}` };
}

/** The pieces of one request that are on their way to the byte store, or have arrived. */
class Load {
  stored: { readonly lease: string; readonly first: number; readonly pieces: [id: string, size: number][] };
  readonly #target: Target;
  #ids: readonly string[];
  #underway: Promise<void>[] = [];

  constructor(target: Target) {
    const { reserved, first } = target;
    this.#target = target;
    this.#ids = reserved.ids;
    this.stored = { lease: reserved.lease, first, pieces: [] };
  }

  /** Starts to store a piece, and waits until less than two pieces are on their way. */
  async put(piece: Uint8Array): Promise<void> {
    if (this.stored.pieces.length === this.#ids.length) await this.record();
    const { bytes, room } = this.#target;
    const { pieces } = this.stored;
    const id = this.#ids[pieces.length] ?? '';
    // A request that holds memory must not wait for more. Without memory for another piece, this one arrives first.
    const isHeld = room.tryTake(piece.length);
    const putting = bytes.put(id, piece).finally(() => {
      if (isHeld) room.give(piece.length);
    });
    // The put is awaited later. A failure until then must not count as unhandled.
    putting.catch(() => undefined);
    pieces.push([id, piece.length]);
    this.#underway.push(putting);
    while (this.#underway.length > (isHeld ? 1 : 0)) await this.#underway.shift();
  }

  /** Waits until all pieces are stored. */
  async arrived(): Promise<void> {
    while (this.#underway.length > 0) await this.#underway.shift();
  }

  /** Adds the pieces to the upload, and goes on with new ids. */
  async record(): Promise<void> {
    await this.arrived();
    const { first, pieces } = this.stored;
    if (pieces.length === 0) return;
    const { lease, ids } = await this.#target.record(this.stored);
    this.#ids = ids;
    this.stored = { lease, first: pieces.reduce((end, [, size]) => end + size, first), pieces: [] };
  }
}
