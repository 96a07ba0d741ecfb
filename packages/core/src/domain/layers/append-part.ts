import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import type { Repository } from '../repositories/repository.ts';
import { hashPart } from './hash-part.ts';
import { hashAcrossRequests, type LiveUpload, type Part } from './live-uploads.ts';
import { putPiece } from './pieces.ts';
import { type Continuation, checkContinuation, type PartLimit, recordParts } from './record-parts.ts';
import { type OpenUpload, sizeOf } from './upload-progress.ts';

/** The limit on the number of parts of an upload, and how the bytes of a part may be stored. */
export interface PartRules extends PartLimit {
  /** Whether the store may keep the part's byte array without a copy, because nobody changes the array any more. */
  readonly handedOver: boolean;
}

/** The next part of an upload, and the last known state of the upload. */
export interface NextPart extends Omit<Continuation, 'counts'> {
  readonly bytes: Uint8Array;
  /** The number by which this part raises the part count of the upload. The default is 1. */
  readonly counts?: number;
}

/**
 * Stores the next part of an upload.
 * @returns the upload with its new progress
 * @throws InvalidLayerPartException if the part does not begin at the byte where the upload ends, for example because
 * the part was sent twice. The upload is then unchanged
 */
export async function appendPart(
  context: Context,
  repository: Repository,
  { bytes, counts = 1, ...next }: NextPart,
  { handedOver, ...limit }: PartRules,
): Promise<OpenUpload> {
  const { uploadId, first } = next;
  const continuation = { ...next, counts };
  const count = checkContinuation(repository, continuation, limit);
  const uploadKey = keys.upload(repository.id, uploadId);
  const last = first + bytes.length - 1;
  const live = liveAt(context, uploadKey, first);
  const hash = live?.hash;
  // The part is hashed while the storage, which mostly waits, stores it. Nobody else can use the digest meanwhile. If
  // the part is not stored in the end, the digest stays lost.
  if (live) live.hash = undefined;
  const storing = putPiece(context, bytes, { handedOver });
  const hashing = live && hashPart(context, { live, hash, first, bytes });
  const [piece, { hash: grownHash, digest } = {}] = await Promise.all([storing, hashing]);
  const part: Part = { first, last, piece, ...(digest === undefined ? {} : { digest }) };
  const grown = await recordParts(context, repository, continuation, { parts: [part], count });

  if (live && sizeOf(live.parts) === first) {
    const { storedAt } = grown.progress;
    context.liveUploads.grow(uploadKey, live, { ...part, ...(storedAt === undefined ? {} : { storedAt }) });
    live.hash = grownHash;
  }
  return grown;
}

/**
 * Returns the upload from the memory of this process, if the next part starts at byte `first`. If the next part is the
 * first one, creates the upload in memory.
 * @returns undefined if this process has not received all bytes before `first`
 */
function liveAt(context: Context, uploadKey: string, first: number): LiveUpload | undefined {
  const live = context.liveUploads.get(uploadKey);
  if (live && sizeOf(live.parts) >= first) return sizeOf(live.parts) === first ? live : undefined;
  context.liveUploads.delete(uploadKey);
  if (first > 0) return undefined;
  const begun: LiveUpload = { parts: [], algorithm: 'sha256', hash: hashAcrossRequests(context.hasher, 'sha256') };
  context.liveUploads.set(uploadKey, begun);
  return begun;
}
