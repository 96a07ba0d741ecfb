import type { ByteStore } from '@coracle/core';
import { checkPiece, checkSameBytes } from '@coracle/core/storage-kit';
import type { PiecesBucket } from './bindings.ts';
import type { Wait } from './failures.ts';
import { pieceCall } from './pieces.ts';

/**
 * The maximum size of a piece (a chunk of content) in bytes. R2 accepts more, but the 128 MB of memory of a Worker hold
 * hardly more than one such piece and a copy of it.
 */
const maxBytes = 64 * 1024 * 1024;
const idsAtOnce = 1000;
const mostTries = 4;

/**
 * Keeps pieces (chunks of content) as objects in an R2 bucket. Every Worker can read a piece as soon as it is put, and
 * a piece is never replaced.
 */
export class BucketPieces implements ByteStore {
  readonly maxBytes = maxBytes;
  readonly #bucket: PiecesBucket;
  readonly #wait: Wait;

  constructor(bucket: PiecesBucket, wait: Wait) {
    this.#bucket = bucket;
    this.#wait = wait;
  }

  async put(id: string, bytes: Uint8Array): Promise<void> {
    checkPiece('durableObjectStorage', id, bytes, maxBytes);
    const onlyIf = { etagDoesNotMatch: '*' };
    const put = () => this.#bucket.put(id, bytes, { onlyIf });
    for (let tries = 0; tries < mostTries; tries++) {
      if ((await pieceCall(`put the piece ${id}`, this.#wait, put)) !== null) return;
      const there = await this.get(id);
      // The piece was removed meanwhile, so it can be put now.
      if (there === undefined) continue;
      return checkSameBytes('durableObjectStorage', id, bytes, there);
    }
    throw new Error(
      `durableObjectStorage cannot put ${bytes.length} bytes under ${JSON.stringify(id)}: ` +
        `the bucket said ${mostTries} times that the id is taken, and had nothing under it. Try again.`,
    );
  }

  get(id: string): Promise<Uint8Array | undefined> {
    return pieceCall(`get the piece ${id}`, this.#wait, async () => {
      const object = await this.#bucket.get(id);
      return object === null ? undefined : new Uint8Array(await object.arrayBuffer());
    });
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += idsAtOnce) {
      const some = ids.slice(at, at + idsAtOnce);
      await pieceCall(`remove ${some.length} pieces`, this.#wait, () => this.#bucket.delete(some));
    }
  }
}
