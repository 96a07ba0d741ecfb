import { algorithmOf, isDigest } from '../digest/digest.ts';
import type { Algorithm } from '../digest/hasher.ts';
import type { Context } from '../domain/context.ts';
import { cutIntoPieces } from '../domain/cut-into-pieces.ts';
import { mountLayer, openLayer, type ReadableLayer, unlinkLayer } from '../domain/layers.ts';
import { findRepository, type Repository } from '../domain/repositories.ts';
import { appendPart, cancelUpload, completeUpload, needUpload, startUpload, uploadedBytes } from '../domain/uploads.ts';
import { blobUnknown, digestInvalid, emptyUpload, invalidLayer } from '../errors.ts';
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

/** @param algorithm of the digest that the upload is going to be closed with, where the client says it */
export async function startBlobUpload(
  context: Context,
  at: Address,
  algorithm?: Algorithm,
): Promise<{ uploadId: string }> {
  return { uploadId: await startUpload(context, await repositoryAt(context, at), algorithm) };
}

/** "Canceling a blob upload": drops it and what it has stored. */
export async function cancelBlobUpload(context: Context, at: Address, uploadId: string): Promise<void> {
  await cancelUpload(context, await repositoryAt(context, at), uploadId);
}

/** How many bytes of the upload are stored. */
export async function getUploadStatus(context: Context, at: Address, uploadId: string): Promise<{ size: number }> {
  const repository = await repositoryAt(context, at);
  await needUpload(context, repository, uploadId);
  return { size: await uploadedBytes(context, repository, uploadId) };
}

/**
 * Adds content to an upload. What was stored before a stream broke off stays, and the client can go on from there.
 * @param first the byte that the content starts with, where the client says it.
 */
export async function appendToUpload(
  context: Context,
  at: Address,
  uploadId: string,
  content: AsyncIterable<Uint8Array>,
  first?: number,
): Promise<{ size: number }> {
  const repository = await repositoryAt(context, at);
  return { size: await append(context, repository, uploadId, content, first) };
}

async function append(
  context: Context,
  repository: Repository,
  uploadId: string,
  content: AsyncIterable<Uint8Array>,
  first?: number,
): Promise<number> {
  await needUpload(context, repository, uploadId);
  let next = first ?? (await uploadedBytes(context, repository, uploadId));
  const handedOver = (await context.store.bytes()).keepsHandedOver ?? false;
  for await (const piece of cutIntoPieces(content, { toKeep: handedOver, room: context.room })) {
    next = (await appendPart(context, repository, uploadId, next, piece, { handedOver })) + 1;
  }
  // Where nothing came, `first` has been held against nothing.
  return next === first ? uploadedBytes(context, repository, uploadId) : next;
}

/**
 * Adds the rest of the content, if any, and turns the upload into a blob once all of its bytes have this digest. By the
 * service's own rules (CompleteLayerUpload) an upload without any is none.
 */
export async function finishUpload(
  context: Context,
  at: Address,
  uploadId: string,
  digest: string,
  content?: AsyncIterable<Uint8Array>,
  rules: Rules = 'specification',
): Promise<{ digest: string; size: number }> {
  const repository = await repositoryAt(context, at);
  if (!isDigest(digest)) throw digestInvalid(digest);
  if (content) await append(context, repository, uploadId, content);
  const { size } = await completeUpload(context, repository, uploadId, {
    algorithm: algorithmOf(digest),
    checkParts: (parts) => {
      if (rules === 'service' && parts.length === 0) throw emptyUpload({ ...repository, uploadId });
    },
    checkDigest: (computed) => {
      if (computed !== digest) throw invalidLayer();
    },
  });
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
  const { uploadId } = await startBlobUpload(context, at, algorithmOf(digest));
  try {
    return await finishUpload(context, at, uploadId, digest, content);
  } catch (error) {
    // The first failure is the one to tell; an upload that could not be dropped expires.
    await cancelBlobUpload(context, at, uploadId).catch(() => undefined);
    throw error;
  }
}
