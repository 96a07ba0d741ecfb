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
 * An entry in a list of referrers, made at the push. It is kept as the JSON that is answered: in the record or, if it
 * is large, in a piece that is read only for a page with it. No list parses a manifest.
 */
export type ReferrerRecord =
  | { readonly json: string; readonly type?: string }
  | { readonly pieces: readonly [Piece]; readonly type?: string }
  // The referrer was stored before entries were kept.
  | true;

/** The maximum bytes of an entry in a record, where it is encoded as JSON once more. */
const mostInRecord = 32 * 1024;

const sizeOf = (text: string): number => encodeUtf8(text).length;

/** An entry whose bytes are stored. A transaction only has to name it. */
export interface StagedReferrer {
  readonly record: Exclude<ReferrerRecord, true>;
  readonly hash: string | undefined;
}

/** Stores the entry by which lists describe an image that refers to a subject. */
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

/** Writes a descriptor in JSON, as "Listing Referrers" of the OCI distribution specification describes it. */
function entryOf(manifest: Manifest, { digest, size }: { readonly digest: string; readonly size: number }): string {
  const { mediaType, artifactMediaType: artifactType, annotations } = manifest;
  return JSON.stringify({ mediaType, digest, size, artifactType, annotations });
}

/** Hashes an artifact type for a key. Media types compare without case, and can be longer than a part of a key. */
export const hashOfType = async (context: Context, type: string): Promise<string> =>
  (await digestOf(context.hasher, encodeUtf8(type.toLowerCase()), 'sha256')).slice('sha256:'.length, 23);

/** Says whether an entry is of an artifact type. If it was stored before entries were kept, its image has the type. */
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

/** Removes an image from the lists of its subject. */
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
 * Reads an entry of a list of referrers, as JSON.
 * @returns undefined if the entry was deleted meanwhile, or if the storage does not show its bytes yet
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
