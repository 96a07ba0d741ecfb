import * as access from '../access/door.ts';
import type { Place } from '../access/place.ts';
import { algorithmOf, isDigest } from '../digest/digest.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { cancelUpload } from '../domain/layers/cancel-upload.ts';
import { mountLayer, openLayer, type ReadableLayer, unlinkLayer } from '../domain/layers/layers.ts';
import { startUpload } from '../domain/layers/start-upload.ts';
import { blobUnknown, digestInvalid, RegistryError } from '../errors.ts';
import type { At } from './address.ts';
import { appendContent, complete } from './uploads.ts';

/** Blobs, as "Pulling blobs" and "Pushing blobs" of the OCI distribution specification describe them. */

interface OneBlob extends At {
  readonly digest: string;
}

/** Opens a blob to be read. */
export async function getBlob(context: Context, caller: Caller, { at, digest }: OneBlob): Promise<ReadableLayer> {
  const repository = await access.open(context, caller, 'GetDownloadUrlForLayer', at);
  if (!isDigest(digest)) throw blobUnknown({ ...repository, digest });
  return openLayer(context, repository, digest);
}

/** Says how large a blob is. */
export async function checkBlob(
  context: Context,
  caller: Caller,
  { at, digest }: OneBlob,
): Promise<{ digest: string; size: number }> {
  const repository = await access.open(context, caller, 'BatchCheckLayerAvailability', at);
  if (!isDigest(digest)) throw blobUnknown({ ...repository, digest });
  const { size } = await openLayer(context, repository, digest);
  return { digest, size };
}

/** Deletes a blob ("Deleting Blobs"). Images that name the blob stay as they are. */
export async function deleteBlob(context: Context, caller: Caller, { at, digest }: OneBlob): Promise<void> {
  const repository = await access.open(context, caller, 'BatchDeleteImage', at);
  if (!isDigest(digest)) throw blobUnknown({ ...repository, digest });
  await unlinkLayer(context, repository, digest);
}

interface Mount extends OneBlob {
  readonly from: Place;
}

/**
 * Mounts a blob from another repository ("Mounting a blob from another repository").
 * @returns false if the blob cannot be mounted; the client then uploads it
 */
export async function mountBlob(context: Context, caller: Caller, { at, digest, from }: Mount): Promise<boolean> {
  const [to, source] = await Promise.all([
    access.open(context, caller, 'InitiateLayerUpload', at),
    access.find(context, caller, 'GetDownloadUrlForLayer', from).catch(nowhere),
  ]);
  return source !== undefined && isDigest(digest) && mountLayer(context, source, to, digest);
}

/** Treats a source that cannot exist, or that the caller may not read, like one that does not have the blob. */
function nowhere(error: unknown): undefined {
  if (RegistryError.is(error) && error.fault === 'client') return undefined;
  throw error;
}

interface WholeBlob extends OneBlob {
  readonly content: AsyncIterable<Uint8Array>;
}

/** Puts a blob in one call. If its content has another digest, nothing of it stays. */
export async function putBlob(
  context: Context,
  caller: Caller,
  { at, digest, content }: WholeBlob,
): Promise<{ digest: string; size: number }> {
  if (!isDigest(digest)) throw digestInvalid(digest);
  const repository = await access.open(context, caller, 'InitiateLayerUpload', at);
  await access.ask(context, caller, 'UploadLayerPart', repository);
  await access.ask(context, caller, 'CompleteLayerUpload', repository);
  const { uploadId, ...begun } = await startUpload(context, repository, algorithmOf(digest));
  try {
    await appendContent(context, repository, { uploadId, upload: begun, content });
    return await complete(context, repository, { uploadId }, { digest, rules: 'specification' });
  } catch (error) {
    // The first failure is the one to report. An upload that could not be cancelled expires.
    await cancelUpload(context, repository, { uploadId }).catch(() => undefined);
    throw error;
  }
}
