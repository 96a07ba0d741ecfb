import * as access from '../access/door.ts';
import { algorithmOf, type Digest, isDigest } from '../digest/digest.ts';
import type { Algorithm } from '../digest/running-hash.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { appendPart } from '../domain/layers/append-part.ts';
import { cancelUpload as cancel } from '../domain/layers/cancel-upload.ts';
import { completeUpload } from '../domain/layers/complete-upload.ts';
import { cutIntoPieces } from '../domain/layers/cut-into-pieces.ts';
import { pieceBytes } from '../domain/layers/pieces.ts';
import { startUpload as start } from '../domain/layers/start-upload.ts';
import { type OpenUpload, openUpload, type UploadRef } from '../domain/layers/upload-progress.ts';
import type { Progress } from '../domain/layers/upload-record.ts';
import { stateOf } from '../domain/layers/upload-states.ts';
import type { Repository } from '../domain/repositories/repository.ts';
import { digestInvalid, emptyUpload, invalidLayer, tooManyChunks } from '../errors.ts';
import type { At, Rules } from './address.ts';

/** Uploads of blobs, as "Pushing blobs" of the OCI distribution specification describes them. */

/**
 * An upload: its id, or its id with the `state` of the last answer about it. If the state is missing, a storage whose
 * commits are not atomic may have to list the upload's parts.
 */
export type Upload = string | UploadRef;

const refOf = (upload: Upload): UploadRef => (typeof upload === 'string' ? { uploadId: upload } : upload);

/** The progress of an upload, and the state that may be given with its id in the next call about it. */
export interface UploadStatus {
  /** The number of bytes of the upload that are stored. */
  readonly size: number;
  /**
   * Tells the progress to the next call, if the storage would otherwise have to list parts. It is valid for this upload
   * only.
   */
  readonly state?: string;
}

async function statusOf(context: Context, { record, progress }: OpenUpload): Promise<UploadStatus> {
  const state = await stateOf(context, record, progress);
  return { size: progress.size, ...(state === undefined ? {} : { state }) };
}

interface Start extends At {
  /** The algorithm of the digest that the upload is going to be finished with, if the client names it. */
  readonly algorithm?: Algorithm;
}

/** Starts an upload. */
export async function startUpload(
  context: Context,
  caller: Caller,
  { at, algorithm }: Start,
): Promise<{ uploadId: string; state?: string }> {
  const repository = await access.open(context, caller, 'InitiateLayerUpload', at);
  const { uploadId, ...begun } = await start(context, repository, algorithm);
  const { state } = await statusOf(context, begun);
  return { uploadId, ...(state === undefined ? {} : { state }) };
}

interface OneUpload extends At {
  readonly upload: Upload;
}

/** Cancels an upload and deletes what it has stored ("Canceling a blob upload"). */
export async function cancelUpload(context: Context, caller: Caller, { at, upload }: OneUpload): Promise<void> {
  const repository = await access.open(context, caller, 'UploadLayerPart', at);
  await cancel(context, repository, refOf(upload));
}

/** Says how far an upload is. */
export async function getUpload(context: Context, caller: Caller, { at, upload }: OneUpload): Promise<UploadStatus> {
  const repository = await access.open(context, caller, 'UploadLayerPart', at);
  // Clients ask this after a chunk broke off, and the state that they have says nothing about that chunk.
  return statusOf(context, await openUpload(context, repository, refOf(upload), () => false));
}

interface Append extends OneUpload {
  readonly content: AsyncIterable<Uint8Array>;
  /** The position of the content's first byte, if the client gives it. */
  readonly first?: number | undefined;
}

/**
 * Adds content to an upload. If the stream breaks off, the bytes that are already stored stay, and the client can go on
 * from there.
 */
export async function appendToUpload(
  context: Context,
  caller: Caller,
  { at, upload, content, first }: Append,
): Promise<UploadStatus> {
  const repository = await access.open(context, caller, 'UploadLayerPart', at);
  return append(context, repository, refOf(upload), { content, first });
}

async function append(
  context: Context,
  repository: Repository,
  ref: UploadRef,
  { content, first }: Pick<Append, 'content' | 'first'>,
): Promise<UploadStatus> {
  const isThere = ({ size }: Progress) => first === undefined || size === first;
  const upload = await openUpload(context, repository, ref, isThere);
  const grown = await appendContent(context, repository, { uploadId: ref.uploadId, upload, content, first });
  return statusOf(context, grown);
}

interface MoreContent extends Pick<Append, 'content' | 'first'> {
  readonly uploadId: string;
  readonly upload: OpenUpload;
}

/** Adds content to an open upload, piece by piece. */
export async function appendContent(
  context: Context,
  repository: Repository,
  { uploadId, upload: before, content, first }: MoreContent,
): Promise<OpenUpload> {
  let upload = before;
  let next = first ?? upload.progress.size;
  let taken = 0;
  const handedOver = (await context.store.bytes()).keepsHandedOver ?? false;
  const cutting = { toKeep: handedOver, room: context.room };
  const rules = {
    maxParts: context.limits.partsPerUpload,
    tooMany: (limit: number) => tooManyChunks({ ...repository, uploadId, limit }),
    handedOver,
  };
  for await (const bytes of cutIntoPieces(content, cutting)) {
    // Pieces are smaller while memory is short. The client has no part in that, so parts are counted by the bytes of
    // the body.
    const counts = countOf(taken + bytes.length) - countOf(taken);
    upload = await appendPart(context, repository, { uploadId, upload, first: next, bytes, counts }, rules);
    next = upload.progress.size;
    taken += bytes.length;
  }
  return upload;
}

/** Gives the number of parts that a body of this size counts as. */
const countOf = (bytes: number): number => Math.ceil(bytes / pieceBytes);

interface Finish extends OneUpload {
  readonly digest: string;
  readonly content?: AsyncIterable<Uint8Array> | undefined;
  readonly rules?: Rules | undefined;
}

/**
 * Adds the rest of the content, if any, and turns the upload into a blob if all of its bytes have this digest. By the
 * service's own rules (CompleteLayerUpload) an upload without any content is refused.
 */
export async function finishUpload(
  context: Context,
  caller: Caller,
  { at, upload, digest, content, rules = 'specification' }: Finish,
): Promise<{ digest: string; size: number }> {
  const repository = await access.open(context, caller, 'CompleteLayerUpload', at);
  if (!isDigest(digest)) throw digestInvalid(digest);
  const ref = refOf(upload);
  if (!content) return complete(context, repository, ref, { digest, rules });
  await access.ask(context, caller, 'UploadLayerPart', repository);
  const { state } = await append(context, repository, ref, { content });
  return complete(context, repository, { uploadId: ref.uploadId, state }, { digest, rules });
}

/** Turns an upload into a blob if its bytes have this digest. */
export async function complete(
  context: Context,
  repository: Repository,
  upload: UploadRef,
  { digest, rules }: { readonly digest: Digest; readonly rules: Rules },
): Promise<{ digest: string; size: number }> {
  const { size } = await completeUpload(context, repository, upload, {
    algorithm: algorithmOf(digest),
    checkParts: (parts) => {
      if (rules === 'service' && parts.length === 0) throw emptyUpload({ ...repository, uploadId: upload.uploadId });
    },
    checkDigest: (computed) => {
      if (computed !== digest) throw invalidLayer();
    },
  });
  return { digest, size };
}
