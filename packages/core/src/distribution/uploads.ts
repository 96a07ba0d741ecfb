import * as access from '../access/door.ts';
import { algorithmOf, type Digest, isDigest } from '../digest/digest.ts';
import type { Algorithm } from '../digest/running-hash.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { appendPart } from '../domain/layers/append-part.ts';
import { appendStored } from '../domain/layers/append-stored.ts';
import { cancelUpload as cancel } from '../domain/layers/cancel-upload.ts';
import { completeUpload } from '../domain/layers/complete-upload.ts';
import { cutIntoPieces } from '../domain/layers/cut-into-pieces.ts';
import { isOfLease, type ReservedIds } from '../domain/layers/piece-ids.ts';
import { pieceBytes } from '../domain/layers/pieces.ts';
import { checkContinuation, type PartLimit } from '../domain/layers/record-parts.ts';
import { startUpload as start } from '../domain/layers/start-upload.ts';
import { type OpenUpload, openUpload, type UploadRef } from '../domain/layers/upload-progress.ts';
import type { Progress } from '../domain/layers/upload-record.ts';
import { stateOf } from '../domain/layers/upload-states.ts';
import type { Repository } from '../domain/repositories/repository.ts';
import { digestInvalid, emptyUpload, invalidLayer, tooManyChunks } from '../errors.ts';
import type { At, Rules } from './address.ts';

// This file has the calls for uploads of blobs, as "Pushing blobs" of the OCI distribution specification describes
// them.

/**
 * The id of an upload, or an object with the id and the `state` of an upload. Use the `state` that the last call for
 * the upload has returned. If `state` is missing and the commits of the storage are not atomic, the engine may have to
 * list the parts of the upload in the storage.
 */
export type Upload = string | UploadRef;

const refOf = (upload: Upload): UploadRef => (typeof upload === 'string' ? { uploadId: upload } : upload);

/** The progress of an upload. */
export interface UploadStatus {
  /** The number of bytes of the upload that are stored. */
  readonly size: number;
  /**
   * The progress of the upload in encoded form. Pass `state` to the next call for the upload, together with the id of
   * the upload, so that the engine does not have to list the parts of the upload in the storage. If `state` is missing,
   * only the id is needed. `state` is valid only for this upload.
   */
  readonly state?: string;
}

async function statusOf(context: Context, { record, progress }: OpenUpload): Promise<UploadStatus> {
  const state = await stateOf(context, record, progress);
  return { size: progress.size, ...(state === undefined ? {} : { state }) };
}

interface Start extends At {
  /**
   * The hash algorithm of the blob's digest; sha256 by default. The client gives the digest when it finishes the
   * upload.
   */
  readonly algorithm?: Algorithm;
}

/**
 * Starts the upload of a blob. Returns the id and, with some storages, the `state` of the upload, both for the next
 * call.
 * @throws ThrottlingException if the repository has reached its limit of open uploads
 */
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

/**
 * Cancels an upload, and deletes the content that was already stored (OCI distribution specification, "Canceling a blob
 * upload").
 */
export async function cancelUpload(context: Context, caller: Caller, { at, upload }: OneUpload): Promise<void> {
  const repository = await access.open(context, caller, 'UploadLayerPart', at);
  await cancel(context, repository, refOf(upload));
}

/** Returns the progress of an upload: how many bytes are stored. */
export async function getUpload(context: Context, caller: Caller, { at, upload }: OneUpload): Promise<UploadStatus> {
  const repository = await access.open(context, caller, 'UploadLayerPart', at);
  // Clients ask for the progress after a chunk broke off. The state that they have does not include that chunk.
  return statusOf(context, await openUpload(context, repository, refOf(upload), () => false));
}

interface Append extends OneUpload {
  readonly content: AsyncIterable<Uint8Array>;
  /**
   * The position in the blob of the first byte of `content`, counted from 0. If `first` is given and differs from the
   * number of bytes that are already stored, the call fails.
   */
  readonly first?: number | undefined;
}

/**
 * Adds content to the end of an upload, and returns the progress of the upload. If the stream of the content fails, the
 * bytes that are already stored are kept, and the client can send the rest with a further call.
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

/** Adds content to the end of an open upload. The content is stored chunk by chunk while it arrives. */
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
  const rules = { ...limitOf(context, repository, { uploadId }), handedOver };
  for await (const bytes of cutIntoPieces(content, cutting)) {
    // If memory is short, the content is stored in smaller pieces. The client cannot influence that, so the parts are
    // counted by the size of the request body.
    const counts = countOf(taken + bytes.length) - countOf(taken);
    upload = await appendPart(context, repository, { uploadId, upload, first: next, bytes, counts }, rules);
    next = upload.progress.size;
    taken += bytes.length;
  }
  return upload;
}

interface Plan extends OneUpload {
  readonly first?: number | undefined;
  readonly pieces?: number | undefined;
}

/**
 * Says where the next bytes of an upload begin, and reserves ids for the pieces that will contain them. If a piece is
 * stored under one of the ids, but never added to an upload, the garbage collection deletes the piece later.
 * @throws InvalidLayerPartException if `first` is given and is not the end of the upload
 */
export async function planPieces(
  context: Context,
  caller: Caller,
  { at, upload, first, pieces = 1 }: Plan,
): Promise<UploadStatus & ReservedIds> {
  const repository = await access.open(context, caller, 'UploadLayerPart', at);
  const ref = refOf(upload);
  const open = await openUpload(context, repository, ref, ({ size }) => first === undefined || size === first);
  const next = first ?? open.progress.size;
  checkContinuation(
    repository,
    { uploadId: ref.uploadId, upload: open, first: next, counts: 0 },
    limitOf(context, repository, ref),
  );
  return { ...(await statusOf(context, open)), ...(await context.pieceIds.reserve(pieces)) };
}

/** Content of an upload that is in the byte store already. */
export interface StoredContent {
  /** The `lease` of the call of `planPieces` that has reserved the ids of the pieces. */
  readonly lease: string;
  /** The position in the blob of the first byte of the pieces, counted from 0. */
  readonly first: number;
  /** The id and the size in bytes of each piece, in the order of the content. A piece has at least one byte. */
  readonly pieces: readonly (readonly [id: string, size: number])[];
}

interface AppendPieces extends OneUpload {
  readonly stored: StoredContent;
  readonly digest?: string | undefined;
}

/**
 * Adds pieces to the end of an upload that the caller has stored in the byte store of the registry, under ids that
 * `planPieces` has reserved. Returns the progress of the upload.
 * @throws InvalidLayerPartException if the pieces do not begin at the end of the upload
 * @throws ServerException if the reservation of the ids has expired
 */
export async function appendPieces(
  context: Context,
  caller: Caller,
  { at, upload, stored: { lease, first, pieces }, digest }: AppendPieces,
): Promise<UploadStatus> {
  const repository = await access.open(context, caller, 'UploadLayerPart', at);
  checkPieces({ lease, pieces });
  if (digest !== undefined && !isDigest(digest)) throw digestInvalid(digest);
  const ref = refOf(upload);
  const open = await openUpload(context, repository, ref, ({ size }) => size === first);
  const counts = countOf(pieces.reduce((sum, [, size]) => sum + size, 0));
  const stored = { uploadId: ref.uploadId, upload: open, lease, first, pieces, digest, counts };
  return statusOf(context, await appendStored(context, repository, stored, limitOf(context, repository, ref)));
}

function checkPieces({ lease, pieces }: Pick<StoredContent, 'lease' | 'pieces'>): void {
  const isPiece = ([id, size]: readonly [string, number]) =>
    isOfLease(lease, id) && Number.isSafeInteger(size) && size > 0;
  if (Array.isArray(pieces) && pieces.every((piece) => Array.isArray(piece) && isPiece(piece as [string, number])))
    return;
  throw new TypeError(
    'The pieces of appendPieces() must be pairs of an id of the same call of planPieces() and a size in bytes above 0',
  );
}

const limitOf = (context: Context, repository: Repository, { uploadId }: UploadRef): PartLimit => ({
  maxParts: context.limits.partsPerUpload,
  tooMany: (limit) => tooManyChunks({ ...repository, uploadId, limit }),
});

/**
 * Returns as how many parts a request body counts for the limit `partsPerUpload`. A body of up to 8 MiB counts as one
 * part, a body of up to 16 MiB as two parts, and so on.
 */
const countOf = (bytes: number): number => Math.ceil(bytes / pieceBytes);

interface Finish extends OneUpload {
  readonly digest: string;
  readonly content?: AsyncIterable<Uint8Array> | undefined;
  readonly rules?: Rules | undefined;
}

/**
 * Adds `content` to an upload if `content` is given, and turns the upload into a blob. If `rules` is `service`, an
 * upload without any content is refused, as in CompleteLayerUpload of the AWS API.
 * @throws InvalidLayerException if the whole content does not have the given digest
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

/**
 * Turns an upload into a blob.
 * @throws InvalidLayerException if the content of the upload does not have the given digest
 */
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
