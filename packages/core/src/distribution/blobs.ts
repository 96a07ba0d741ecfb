import { algorithmOf, isDigest } from '../digest/digest.ts';
import type { Algorithm } from '../digest/hasher.ts';
import type { Context } from '../domain/context.ts';
import { appendPart } from '../domain/layers/append-part.ts';
import { cancelUpload } from '../domain/layers/cancel-upload.ts';
import { completeUpload } from '../domain/layers/complete-upload.ts';
import { cutIntoPieces } from '../domain/layers/cut-into-pieces.ts';
import { mountLayer, openLayer, type ReadableLayer, unlinkLayer } from '../domain/layers/layers.ts';
import { pieceBytes } from '../domain/layers/pieces.ts';
import { startUpload } from '../domain/layers/start-upload.ts';
import { type OpenUpload, openUpload, type Progress, type UploadRef } from '../domain/layers/upload-progress.ts';
import { stateOf } from '../domain/layers/upload-states.ts';
import { findRepository } from '../domain/repositories/find.ts';
import type { Repository } from '../domain/repositories/repository.ts';
import { blobUnknown, digestInvalid, emptyUpload, invalidLayer, tooManyChunks } from '../errors.ts';
import { type Address, type Rules, repositoryAt } from './address.ts';

/** Blobs and their uploads, as "Pulling blobs" and "Pushing blobs" of the OCI distribution specification want them. */

export async function getBlob(context: Context, at: Address, digest: string): Promise<ReadableLayer> {
  const repository = await repositoryAt(context, at);
  if (!isDigest(digest)) throw blobUnknown({ ...repository, digest });
  return openLayer(context, repository, digest);
}

/** "Deleting Blobs". Images that name the blob stay as they are. */
export async function deleteBlob(context: Context, at: Address, digest: string): Promise<void> {
  const repository = await repositoryAt(context, at);
  if (!isDigest(digest)) throw blobUnknown({ ...repository, digest });
  await unlinkLayer(context, repository, digest);
}

/**
 * "Mounting a blob from another repository".
 * @returns false where there is nothing to mount: the client uploads it then.
 */
export async function mountBlob(context: Context, at: Address, digest: string, from: Address): Promise<boolean> {
  const [to, source] = [await repositoryAt(context, at), await findRepository(context, from.registry, from.name)];
  return source !== undefined && isDigest(digest) && mountLayer(context, source, to, digest);
}

/** How far an upload is, and what may be given back with its id in the next call about it. */
export interface UploadStatus {
  /** How many bytes are stored. */
  readonly size: number;
  /** Says the same to the next call, if the storage would have to list parts for it. Good for this upload only. */
  readonly state?: string;
}

/** @param algorithm of the digest that the upload is going to be closed with, if the client says it */
export async function startBlobUpload(
  context: Context,
  at: Address,
  algorithm?: Algorithm,
): Promise<{ uploadId: string; state?: string }> {
  const { uploadId, record } = await startUpload(context, await repositoryAt(context, at), algorithm);
  const { state } = await statusOf(context, { record, progress: { size: 0, parts: 0 } });
  return { uploadId, ...(state === undefined ? {} : { state }) };
}

async function statusOf(context: Context, { record, progress }: OpenUpload): Promise<UploadStatus> {
  const state = await stateOf(context, record, progress);
  return { size: progress.size, ...(state === undefined ? {} : { state }) };
}

/** "Canceling a blob upload": drops it and what it has stored. */
export async function cancelBlobUpload(context: Context, at: Address, upload: UploadRef): Promise<void> {
  await cancelUpload(context, await repositoryAt(context, at), upload);
}

export async function getUploadStatus(context: Context, at: Address, upload: UploadRef): Promise<UploadStatus> {
  const repository = await repositoryAt(context, at);
  // Asked for after a chunk broke off, of which the state that the client has says nothing.
  return statusOf(context, await openUpload(context, repository, upload, () => false));
}

/** Content for an upload; `first` is the byte that it starts with, if the client says it. */
export interface Chunks {
  readonly content: AsyncIterable<Uint8Array>;
  readonly first?: number | undefined;
}

/** Adds content to an upload. What was stored before a stream broke off stays, and the client can go on from there. */
export async function appendToUpload(
  context: Context,
  at: Address,
  upload: UploadRef,
  chunks: Chunks,
): Promise<UploadStatus> {
  return append(context, await repositoryAt(context, at), upload, chunks);
}

async function append(
  context: Context,
  repository: Repository,
  upload: UploadRef,
  { content, first }: Chunks,
): Promise<UploadStatus> {
  const { uploadId } = upload;
  const isThere = ({ size }: Progress) => first === undefined || size === first;
  const { record, progress: before } = await openUpload(context, repository, upload, isThere);
  let progress = before;
  let next = first ?? progress.size;
  let taken = 0;
  const handedOver = (await context.store.bytes()).keepsHandedOver ?? false;
  const cutting = { toKeep: handedOver, room: context.room };
  const rules = {
    maxParts: context.limits.partsPerUpload,
    tooMany: (limit: number) => tooManyChunks({ ...repository, uploadId, limit }),
    handedOver,
  };
  for await (const bytes of cutIntoPieces(content, cutting)) {
    // Pieces are smaller while memory is short, which is not the client's doing: they count by the bytes of the body.
    const counts = countOf(taken + bytes.length) - countOf(taken);
    progress = await appendPart(context, repository, { uploadId, after: progress, first: next, bytes, counts }, rules);
    next = progress.size;
    taken += bytes.length;
  }
  return statusOf(context, { record, progress });
}

/** How many parts so many bytes of one body count as. */
const countOf = (bytes: number): number => Math.ceil(bytes / pieceBytes);

/** How an upload is finished. */
export interface Finish {
  readonly digest: string;
  readonly content?: AsyncIterable<Uint8Array> | undefined;
  readonly rules?: Rules | undefined;
}

/**
 * Adds the rest of the content, if any, and turns the upload into a blob once all of its bytes have this digest. By the
 * service's own rules (CompleteLayerUpload) an upload without any is none.
 */
export async function finishUpload(
  context: Context,
  at: Address,
  upload: UploadRef,
  { digest, content, rules = 'specification' }: Finish,
): Promise<{ digest: string; size: number }> {
  const repository = await repositoryAt(context, at);
  const { uploadId } = upload;
  if (!isDigest(digest)) throw digestInvalid(digest);
  const { state } = content ? await append(context, repository, upload, { content }) : upload;
  const { size } = await completeUpload(
    context,
    repository,
    { uploadId, state },
    {
      algorithm: algorithmOf(digest),
      checkParts: (parts) => {
        if (rules === 'service' && parts.length === 0) throw emptyUpload({ ...repository, uploadId });
      },
      checkDigest: (computed) => {
        if (computed !== digest) throw invalidLayer();
      },
    },
  );
  return { digest, size };
}

/** A blob in one go. Nothing of it stays when its digest is another. */
export async function putBlob(
  context: Context,
  at: Address,
  digest: string,
  content: AsyncIterable<Uint8Array>,
): Promise<{ digest: string; size: number }> {
  if (!isDigest(digest)) throw digestInvalid(digest);
  const upload = await startBlobUpload(context, at, algorithmOf(digest));
  try {
    return await finishUpload(context, at, upload, { digest, content });
  } catch (error) {
    // The first failure is the one to tell; an upload that could not be dropped expires.
    await cancelBlobUpload(context, at, upload).catch(() => undefined);
    throw error;
  }
}
