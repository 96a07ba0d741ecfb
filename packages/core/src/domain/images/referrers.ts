import { digestOf } from '../../digest/digest.ts';
import { keys } from '../../storage/keys.ts';
import { decodeUtf8, encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import type { Piece } from '../layers/piece.ts';
import { collectPieces, putPiece } from '../layers/pieces.ts';
import type { RepositoryChange } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import type { ImageRecord, ImageSummary } from './image.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { readManifest } from './manifest-place.ts';

/**
 * The record that lists an image as a referrer of its subject. The record is written when the image is pushed. It
 * contains the image's entry in the response of the referrers API as JSON, so that no manifest is parsed for that
 * response. If the JSON is too large for a record, it is stored in the byte store, and `pieces` contains its id there.
 */
export type ReferrerRecord =
  | { readonly json: string; readonly type?: string }
  | { readonly pieces: readonly [Piece]; readonly type?: string }
  // An early version of Coracle stored the referrer, without an entry.
  | true;

/**
 * The maximum size in bytes of the JSON that describes a referrer, if it is stored in a record. Larger JSON is stored
 * in the byte store. The size is measured after the JSON is encoded once more, as a JSON string.
 */
const mostInRecord = 32 * 1024;

const sizeOf = (text: string): number => encodeUtf8(text).length;

/**
 * The description of a referrer, ready for a transaction, which only has to write `record`. If the JSON of the
 * description is too large for a record, the JSON is already in the byte store. `hash` is the hash of the artifact
 * type; undefined if the image has no artifact type.
 */
export interface StagedReferrer {
  readonly record: Exclude<ReferrerRecord, true>;
  readonly hash: string | undefined;
}

/**
 * Creates the record that lists an image as a referrer of its subject, but does not write the record. If the JSON that
 * describes the image is larger than 32 KiB, stores the JSON in the byte store.
 */
export async function stageReferrer(
  context: Context,
  manifest: Manifest,
  image: { readonly digest: string; readonly size: number },
): Promise<StagedReferrer> {
  const json = entryOf(manifest, image);
  const { artifactMediaType: type } = manifest;
  const typed = type === undefined ? {} : { type };
  const isSmall = json.length <= mostInRecord && sizeOf(JSON.stringify(json)) <= mostInRecord;
  const record = isSmall
    ? { json, ...typed }
    : { pieces: [await putPiece(context, encodeUtf8(json))] as const, ...typed };
  return { record, hash: type === undefined ? undefined : await hashOfType(context, type) };
}

/**
 * Returns the descriptor of a referrer as JSON, with the members that the OCI distribution specification describes
 * ("Listing Referrers").
 */
function entryOf(manifest: Manifest, { digest, size }: { readonly digest: string; readonly size: number }): string {
  const { mediaType, artifactMediaType: artifactType, annotations } = manifest;
  return JSON.stringify({ mediaType, digest, size, artifactType, annotations });
}

/**
 * Returns a hash of an artifact type. The hash is used in storage keys, because the type itself may be too long for a
 * key. The hash does not depend on case, because media types compare without case.
 */
export const hashOfType = async (context: Context, type: string): Promise<string> =>
  (await digestOf(context.hasher, encodeUtf8(type.toLowerCase()), 'sha256')).slice('sha256:'.length, 23);

/**
 * Returns whether a referrer has the wanted artifact type. If an early version of Coracle stored the referrer, `record`
 * contains no type, and the type is read from the record of the image.
 */
export async function isOfType(
  context: Context,
  { id }: Repository,
  { digest, record }: { readonly digest: string; readonly record: ReferrerRecord },
  wanted: string,
): Promise<boolean> {
  const type =
    record === true ? (await context.store.get<ImageRecord>(keys.image(id, digest)))?.artifactMediaType : record.type;
  return type?.toLowerCase() === wanted.toLowerCase();
}

export function putReferrer(
  { transaction, repository: { id } }: RepositoryChange,
  { digest }: ImageSummary,
  subject: string,
  { record, hash }: StagedReferrer,
): void {
  transaction.put(keys.referrer(id, subject, digest), record);
  if (hash !== undefined) transaction.put(keys.typedReferrer(id, subject, hash, digest), true);
}

/** Removes an image from the list of its subject's referrers. Does nothing if the image has no subject. */
export async function removeReferrer(
  { context, transaction, repository: { id } }: RepositoryChange,
  { digest, subject, artifactMediaType }: ImageSummary,
): Promise<void> {
  if (subject === undefined) return;
  const key = keys.referrer(id, subject, digest);
  const record = await transaction.read<ReferrerRecord>(key);
  transaction.remove(key);
  if (record !== undefined && record !== true && 'pieces' in record) {
    transaction.discard(record.pieces.map(([piece]) => piece));
  }
  if (artifactMediaType === undefined) return;
  transaction.remove(keys.typedReferrer(id, subject, await hashOfType(context, artifactMediaType), digest));
}

/**
 * Reads the entry of an image in the list of its subject's referrers, as JSON.
 * @returns undefined if the image was deleted during the call, or if the reads of the storage lag behind writes and do
 * not return the entry yet
 */
export async function readEntry(
  context: Context,
  { id }: Repository,
  record: ReferrerRecord,
  digest: string,
): Promise<string | undefined> {
  if (record !== true) {
    if ('json' in record) return record.json;
    const bytes = await collectPieces(context, record.pieces);
    return bytes && decodeUtf8(bytes);
  }
  const image = await context.store.get<ImageRecord>(keys.image(id, digest));
  const bytes = image && (await readManifest(context, image));
  return bytes && entryOf(parseManifest(bytes, image.mediaType), { digest, size: bytes.length });
}
