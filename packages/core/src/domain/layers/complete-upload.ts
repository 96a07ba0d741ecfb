import { type Digest, digestOfPieces } from '../../digest/digest.ts';
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

/** The rules that an upload must keep before it becomes a layer. */
export interface CompletionRules {
  readonly algorithm: Algorithm;
  /** Throws if these parts may not become a layer. */
  checkParts(parts: readonly Part[]): void;
  /** Throws if the digest of all stored bytes is not an expected one. */
  checkDigest(digest: Digest): void;
}

/** The maximum number of attempts to complete an upload that grows meanwhile. */
const mostTries = 24;

/**
 * Turns an upload into a layer of the repository. If a rule throws, the upload stays open. If the layer is added, or
 * existed already, the upload is closed.
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
      // Its pieces are gone if another call has finished or cancelled it meanwhile: then that is what went wrong.
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
    // A part that was acknowledged meanwhile belongs to the layer too.
    if (result === 'grown') continue;
    forget(context, repository, uploadKey);
    return { digest, size, outcome: result };
  }
  throw new Contention(mostTries);
}

/** Says whether these are the same pieces. If commits are not atomic, another process may have replaced a part. */
const areSame = (left: readonly Part[], right: readonly Part[]): boolean =>
  left.length === right.length && left.every(({ piece: [id] }, i) => id === right[i]?.piece[0]);

/** Gives the running digest if it has seen just these parts; otherwise it reads the stored bytes through a fresh one. */
async function digestOfUpload(
  context: Context,
  uploadKey: string,
  parts: readonly Part[],
  algorithm: Algorithm,
): Promise<Digest> {
  const live = context.liveUploads.get(uploadKey);
  if (live?.hash && live.algorithm === algorithm && areSame(live.parts, parts)) {
    const { hash } = live;
    live.hash = undefined;
    return `${algorithm}:${await hash.digest()}`;
  }
  const pieces = parts.map(({ piece }) => piece);
  return digestOfPieces(context.hasher, inTurns(readPieces(context, pieces, { readOnly: true })), algorithm);
}

/**
 * The number of bytes that are hashed before other work gets a turn (some 20 ms), and the number of bytes whose hashing
 * takes as long as reading a piece.
 */
const bytesPerTurn = 16 * 1024 * 1024;

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
