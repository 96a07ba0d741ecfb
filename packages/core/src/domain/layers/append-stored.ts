import type { Digest } from '../../digest/digest.ts';
import { keys, readLease } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import type { Repository } from '../repositories/repository.ts';
import type { Part } from './live-uploads.ts';
import type { Piece } from './piece.ts';
import { type Continuation, checkContinuation, type PartLimit, recordParts } from './record-parts.ts';
import type { OpenUpload } from './upload-progress.ts';

/** Pieces that follow each other in an upload and are stored already, and the last known state of the upload. */
export interface StoredPieces extends Continuation {
  /** The reservation of the ids of the pieces. */
  readonly lease: string;
  readonly pieces: readonly Piece[];
  /** The digest of the pieces; undefined if it is not known. */
  readonly digest: Digest | undefined;
}

/**
 * Adds pieces to an upload that are stored already. If the pieces are all of the content so far, their digest is kept
 * with them, so that the upload can be completed without reading them.
 * @returns the upload with its new progress
 * @throws ServerException if the reservation of the ids has expired. The garbage collection may have deleted the pieces
 * @throws InvalidLayerPartException if the pieces do not begin at the byte where the upload ends
 */
export async function appendStored(
  context: Context,
  repository: Repository,
  { lease, pieces, digest, ...continuation }: StoredPieces,
  limit: PartLimit,
): Promise<OpenUpload> {
  const { uploadId, upload, first } = continuation;
  const count = checkContinuation(repository, continuation, limit);
  if (pieces.length === 0) return upload;
  // This process has not hashed the pieces.
  context.liveUploads.delete(keys.upload(repository.id, uploadId));
  let position = first;
  const parts = pieces.map((piece, i): Part => {
    const [, size] = piece;
    const part = { first: position, last: position + size - 1, piece };
    position += size;
    const isEnd = i === pieces.length - 1 && first === 0;
    return isEnd && digest !== undefined ? { ...part, digest } : part;
  });
  const { time, seed } = readLease(lease);
  return recordParts(context, repository, continuation, { parts, count, lease: keys.lease(time, seed) });
}
