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

// This file has the calls for blobs, as "Pulling blobs" and "Pushing blobs" of the OCI distribution specification
// describe them.

interface OneBlob extends At {
  readonly digest: string;
}

/**
 * Opens a blob, so that its content can be read.
 * @throws LayersNotFoundException if the repository does not have the blob
 */
export async function getBlob(context: Context, caller: Caller, { at, digest }: OneBlob): Promise<ReadableLayer> {
  const repository = await access.open(context, caller, 'GetDownloadUrlForLayer', at);
  if (!isDigest(digest)) throw blobUnknown({ ...repository, digest });
  return openLayer(context, repository, digest);
}

/** A blob, with the id and the size in bytes of each of its pieces in the byte store. */
export interface LocatedBlob {
  readonly digest: string;
  readonly size: number;
  readonly pieces: readonly (readonly [id: string, size: number])[];
}

/**
 * Returns the pieces of a blob.
 * @throws LayersNotFoundException if the repository does not have the blob
 */
export async function locateBlob(context: Context, caller: Caller, { at, digest }: OneBlob): Promise<LocatedBlob> {
  const repository = await access.open(context, caller, 'GetDownloadUrlForLayer', at);
  if (!isDigest(digest)) throw blobUnknown({ ...repository, digest });
  const { size, pieces } = await openLayer(context, repository, digest);
  return { digest, size, pieces };
}

/**
 * Returns the digest and the size in bytes of a blob.
 * @throws LayersNotFoundException if the repository does not have the blob
 */
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

/**
 * Deletes a blob from a repository (OCI distribution specification, "Deleting Blobs"). The manifests that name the blob
 * stay unchanged.
 */
export async function deleteBlob(context: Context, caller: Caller, { at, digest }: OneBlob): Promise<void> {
  const repository = await access.open(context, caller, 'BatchDeleteImage', at);
  if (!isDigest(digest)) throw blobUnknown({ ...repository, digest });
  await unlinkLayer(context, repository, digest);
}

interface Mount extends OneBlob {
  readonly from: Place;
}

/**
 * Makes a blob of the repository `from` available in the repository `at` without an upload (OCI distribution
 * specification, "Mounting a blob from another repository").
 * @returns true if the blob was mounted, and false if the client must upload the blob instead
 */
export async function mountBlob(context: Context, caller: Caller, { at, digest, from }: Mount): Promise<boolean> {
  const [to, source] = await Promise.all([
    access.open(context, caller, 'InitiateLayerUpload', at),
    access.find(context, caller, 'GetDownloadUrlForLayer', from).catch(nowhere),
  ]);
  return source !== undefined && isDigest(digest) && mountLayer(context, source, to, digest);
}

/**
 * Handles the error if the source repository of a mount cannot be opened. Returns undefined if the address of the
 * repository is invalid or unknown, or if the caller may not read the repository. The mount then becomes an ordinary
 * upload. Throws all other errors again.
 */
function nowhere(error: unknown): undefined {
  if (RegistryError.is(error) && error.fault === 'client') return undefined;
  throw error;
}

interface WholeBlob extends OneBlob {
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Stores a blob in one call. If the content does not have the given digest, the call throws and nothing is stored.
 * @throws InvalidParameterException if `digest` is not a sha256 or sha512 digest
 * @throws InvalidLayerException if the content has another digest
 */
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
