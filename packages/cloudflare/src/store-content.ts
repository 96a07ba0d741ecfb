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
  /** The time in milliseconds after which stored pieces are added to the upload, although more content comes. */
  readonly longestUnrecorded: number;
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
 * or if the content comes slowly, the stored pieces are added to the upload on the way. If the content breaks off, or if a
 * piece cannot be stored, the pieces before it are added as well, so that the client can send the rest later.
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
    // This failure is the one to report. The garbage collection deletes the pieces that cannot be added.
    await load.arrived().catch(() => undefined);
    await load.record().catch(() => undefined);
    throw error;
  }
  const { stored } = load;
  return stored.pieces.length === 0 ? undefined : { stored, digest: `sha256:${await hash.digest()}` };
}

/** A piece that is on its way to the byte store. */
interface Underway {
  readonly piece: [id: string, size: number];
  readonly putting: Promise<void>;
}

/** The pieces of one request that are on their way to the byte store, or have arrived. */
class Load {
  /** The pieces that have arrived, without a gap. */
  stored: { readonly lease: string; readonly first: number; readonly pieces: Underway['piece'][] };
  readonly #target: Target;
  #ids: readonly string[];
  readonly #underway: Underway[] = [];
  #recordedAt = Date.now();

  constructor(target: Target) {
    const { reserved, first } = target;
    this.#target = target;
    this.#ids = reserved.ids;
    this.stored = { lease: reserved.lease, first, pieces: [] };
  }

  /** Starts to store a piece, and waits until less than two pieces are on their way. */
  async put(piece: Uint8Array): Promise<void> {
    if (this.#taken === this.#ids.length || Date.now() - this.#recordedAt >= this.#target.longestUnrecorded) {
      await this.arrived();
      await this.record();
    }
    const { bytes, room } = this.#target;
    const id = this.#ids[this.#taken] ?? '';
    // A request that holds memory must not wait for more. Without memory for another piece, this one arrives first.
    const isHeld = room.tryTake(piece.length);
    const putting = bytes.put(id, piece).finally(() => {
      if (isHeld) room.give(piece.length);
    });
    // The put is awaited later. A failure until then must not count as unhandled.
    putting.catch(() => undefined);
    this.#underway.push({ piece: [id, piece.length], putting });
    await this.arrived(isHeld ? 1 : 0);
  }

  /**
   * Waits until all pieces are stored, or all but `most`. If a piece cannot be stored, this method fails each time, and
   * the pieces after it never count as arrived.
   */
  async arrived(most = 0): Promise<void> {
    for (let next = this.#underway[0]; next && this.#underway.length > most; next = this.#underway[0]) {
      await next.putting;
      this.#underway.shift();
      this.stored.pieces.push(next.piece);
    }
  }

  /** Adds the pieces that have arrived to the upload, and goes on with new ids. */
  async record(): Promise<void> {
    const { stored } = this;
    const { first, pieces } = stored;
    if (pieces.length === 0) return;
    // If the call fails, it must not be repeated, because the object may have carried it out already.
    this.stored = { ...stored, pieces: [] };
    const { lease, ids } = await this.#target.record(stored);
    this.#ids = ids;
    this.#recordedAt = Date.now();
    this.stored = { lease, first: pieces.reduce((end, [, size]) => end + size, first), pieces: [] };
  }

  /** The number of ids that are in use. */
  get #taken(): number {
    return this.stored.pieces.length + this.#underway.length;
  }
}
