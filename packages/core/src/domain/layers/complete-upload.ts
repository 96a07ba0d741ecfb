import { algorithmOf, type Digest, digestOf, digestOfPieces } from '../../digest/digest.ts';
import type { Algorithm } from '../../digest/running-hash.ts';
import { uploadNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import { absent } from '../../storage/seen.ts';
import { Contention } from '../../storage-kit.ts';
import type { Context } from '../context.ts';
import { nextTurn } from '../next-turn.ts';
import { changeRepository } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import { forget } from './cancel-upload.ts';
import { type BlobRecord, type LayerRecord, linkedKeys, linkLayer } from './layers.ts';
import type { Part } from './live-uploads.ts';
import { readPieces } from './pieces.ts';
import { openParts, openUpload, sizeOf, type UploadRef } from './upload-progress.ts';

/** The digest algorithm of the new layer, and the checks that an upload must pass before it becomes a layer. */
export interface CompletionRules {
  readonly algorithm: Algorithm;
  /**
   * Throws if an upload with these parts cannot become a layer, for example because the list is empty or a part is too
   * small.
   */
  checkParts(parts: readonly Part[]): void;
  /** Throws if the digest of the uploaded bytes is not a digest that the client expects. */
  checkDigest(digest: Digest): void;
}

/**
 * The maximum number of attempts to complete an upload. Another attempt is made if another request adds a part
 * meanwhile.
 */
const mostTries = 24;

/**
 * Turns an upload into a layer of the repository, and closes the upload. If a check of `rules` throws, the upload stays
 * open.
 * @returns the digest and size of the layer. `outcome` is 'existed' if the repository already had the layer
 */
export async function completeUpload(
  context: Context,
  repository: Repository,
  upload: UploadRef,
  rules: CompletionRules,
): Promise<{ digest: Digest; size: number; outcome: 'added' | 'existed' }> {
  const { uploadId: id } = upload;
  const uploadKey = keys.upload(repository.id, id);
  for (let tries = 0; tries < mostTries; tries++) {
    const { seen, parts } = await openParts(context, repository, upload);
    rules.checkParts(parts);
    const size = sizeOf(parts);
    const digest = await digestOfUpload(context, uploadKey, parts, rules.algorithm).catch(async (error: unknown) => {
      // If another call has completed or cancelled the upload meanwhile, its pieces are gone. `openUpload` then throws
      // UploadNotFoundException, which is the cause to report.
      await openUpload(context, repository, upload);
      throw error;
    });
    rules.checkDigest(digest);

    const result = await changeRepository(context, repository, async (change) => {
      const { transaction } = change;
      const further = absent(keys.part(repository.id, id, size));
      const [record, part, ...linked] = await transaction.readMany<Json>([
        seen,
        further,
        ...linkedKeys(repository, digest),
      ]);
      if (record === undefined) throw uploadNotFound({ ...repository, uploadId: id });
      if (part !== undefined) return 'grown' as const;
      const [content, layer] = linked as [BlobRecord?, LayerRecord?];
      const pieces = parts.map(({ piece }) => piece);
      const outcome = linkLayer(change, { digest, size, pieces }, { content, layer });
      transaction.remove(uploadKey);
      for (const { first } of parts) transaction.remove(keys.part(repository.id, id, first));
      return outcome;
    });
    // Another request has added a part meanwhile. The client knows that it was stored, so the layer must contain it.
    if (result === 'grown') continue;
    forget(context, repository, uploadKey);
    return { digest, size, outcome: result };
  }
  throw new Contention(mostTries);
}

/**
 * Returns whether two lists contain the same parts with the same stored bytes. If commits are not atomic, the lists may
 * differ, because another process may have replaced a part.
 */
const areSame = (left: readonly Part[], right: readonly Part[]): boolean =>
  left.length === right.length && left.every(({ piece: [id] }, i) => id === right[i]?.piece[0]);

/**
 * Returns the digest of all bytes of an upload. If one request has brought and hashed all of them, or if this process has
 * hashed exactly these parts while it received them, returns that digest. Otherwise reads the stored bytes and hashes
 * them.
 */
async function digestOfUpload(
  context: Context,
  uploadKey: string,
  parts: readonly Part[],
  algorithm: Algorithm,
): Promise<Digest> {
  const kept = parts.at(-1)?.digest;
  // If commits are not atomic, another request may have replaced an earlier part.
  const isKept = parts.length === 1 || (await context.store.guarantees()).atomicCommit;
  if (kept !== undefined && isKept && algorithmOf(kept) === algorithm) return kept;
  const live = context.liveUploads.get(uploadKey);
  if (live?.hash && live.algorithm === algorithm && areSame(live.parts, parts)) {
    const { hash } = live;
    live.hash = undefined;
    return `${algorithm}:${await hash.digest()}`;
  }
  const pieces = parts.map(({ piece }) => piece);
  const stored = readPieces(context, pieces, { readOnly: true });
  if (pieces.length > 1) return digestOfPieces(context.hasher, inTurns(stored), algorithm);
  // Many hashers are faster if the content is whole in one array.
  for await (const bytes of stored) return await digestOf(context.hasher, bytes, algorithm);
  return digestOf(context.hasher, new Uint8Array(0), algorithm);
}

/** The number of bytes that are hashed before other requests can run. Hashing that many bytes takes some 20 ms. */
const bytesPerTurn = 16 * 1024 * 1024;

/** A number of bytes. Hashing that many bytes takes as long as reading one piece from the storage. */
const bytesPerPiece = 8 * 1024;

async function* inTurns(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    yield piece;
    bytes += piece.length + bytesPerPiece;
    if (bytes < bytesPerTurn) continue;
    bytes = 0;
    await nextTurn();
  }
}
