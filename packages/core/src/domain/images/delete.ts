import type { Digest } from '../../digest/digest.ts';
import { keys, lastPart } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import { announceAfter, imageMembers } from '../announce.ts';
import type { Context } from '../context.ts';
import { piecesIn } from '../layers/piece.ts';
import { changeRepository, type RepositoryChange } from '../repositories/change.ts';
import { countImages, type UsageRecord } from '../repositories/counts.ts';
import type { Repository } from '../repositories/repository.ts';
import { namesInTransaction, tagsInTransaction } from './find.ts';
import type { ImageRecord, ImageSummary, TagRecord } from './image.ts';
import { isListType } from './manifest.ts';
import { readMentions } from './mentions.ts';
import { removeReferrer } from './referrers.ts';

/**
 * Removes a tag. The image stays, even if it has no other tag.
 *
 * The OCI distribution specification requires that the image stays ("Deleting tags"). BatchDeleteImage of AWS is
 * different: it deletes an image together with its last tag.
 * @returns false if the tag does not exist
 */
export function untag(context: Context, repository: Repository, tag: string): Promise<boolean> {
  return changeRepository(context, repository, async (change) => {
    const { transaction } = change;
    const record = await transaction.read<TagRecord>(keys.tag(repository.id, tag));
    if (!record) return false;
    const { image: summary } = record;
    const image = await transaction.read<ImageRecord>(keys.image(repository.id, summary.digest));
    removeOneTag(change, tag, { ...summary, pieces: record.pieces }, image);
    return true;
  });
}

/**
 * Deletes an image and all of its tags. The image is deleted even if an image index names it, because the OCI
 * distribution specification requires it (section "Deleting Manifests").
 * @returns false if the image does not exist
 */
export function deleteImage(context: Context, repository: Repository, digest: Digest): Promise<boolean> {
  return changeRepository(context, repository, async (change) => {
    const { transaction } = change;
    const image = await transaction.read<ImageRecord>(keys.image(repository.id, digest));
    if (!image) return false;
    // If an index starts or stops naming the image, the record of the image changes too, and the commit fails. If an
    // image with this digest is pushed again, it counts only the indexes that are pushed after it.
    for (const list of await namesInTransaction(transaction, keys.parents(repository.id, digest))) {
      transaction.remove(keys.parent(repository.id, digest, list));
    }
    await removeImage(change, image, await tagsInTransaction(change, image));
    return true;
  });
}

/**
 * Removes one tag of an image. The image stays, and the number of tags in its record goes down.
 * @param tagged the image that the tag points at, as the record of the tag describes it
 * @param image the record of the image itself; undefined if the record does not exist
 */
export function removeOneTag(
  change: RepositoryChange,
  tag: string,
  tagged: TaggedImage,
  image: ImageRecord | undefined,
): void {
  if (image) countTagDown(change, image);
  removeTag(change, tagged, tag);
  announceAfter(change, { type: 'delete', ...imageMembers(tagged), tags: [tag], imageDeleted: false });
}

/**
 * The data of an image that a tag points at. If the manifest of the image is stored in the byte store, `pieces`
 * contains its id there. If the manifest is text in a record, `pieces` is missing.
 */
type TaggedImage = ImageSummary & { readonly pieces?: unknown };

/**
 * Subtracts 1 from the number of tags in the record of an image. Because the record is written, the commit fails if
 * another tag of the image changes at the same time. Does nothing if the commits of the storage are not atomic, because
 * tags are not counted then.
 */
function countTagDown({ transaction, repository }: RepositoryChange, image: ImageRecord): void {
  if (!transaction.atomic) return;
  transaction.put(keys.image(repository.id, image.digest), { ...image, tags: Math.max(0, image.tags - 1) });
}

function removeTag({ transaction, repository }: RepositoryChange, image: TaggedImage, tag: string): void {
  transaction.remove(keys.tag(repository.id, tag));
  if (!image.pieces) transaction.remove(keys.tagManifest(repository.id, tag));
  transaction.remove(keys.pushedTag(repository.id, image.pushedAt, image.digest, tag));
}

/**
 * Removes an image, its tags, and the records by which lists find the image. The tags are removed first and the record
 * of the image is removed last.
 */
export async function removeImage(
  change: RepositoryChange,
  image: ImageRecord,
  tags: readonly string[],
): Promise<void> {
  const { context, transaction } = change;
  const { id } = change.repository;
  for (const tag of tags) removeTag(change, image, tag);
  transaction.remove(keys.pushed(id, image.pushedAt, image.digest));
  await removeReferrer(change, image);
  if (isListType(image.mediaType)) {
    await removeParents(change, image, (await readMentions(context, image)) ?? []);
  }
  transaction.remove(keys.image(id, image.digest));
  transaction.discard(piecesIn(image).map(([piece]) => piece));
  if (transaction.atomic) countImages(change, await transaction.read<UsageRecord>(keys.usage(id)), -1);
  announceAfter(change, { type: 'delete', ...imageMembers(image), tags, imageDeleted: true });
}

/** Removes the records that say which images an image index names. Called when the index is deleted. */
async function removeParents(
  { transaction, repository: { id } }: RepositoryChange,
  list: ImageSummary,
  digests: readonly string[],
): Promise<void> {
  const parents = digests.map((child) => keys.parent(id, child, list.digest));
  const children = digests.map((child) => keys.image(id, child));
  const found = await transaction.readMany<Json>([...parents, ...children]);
  for (const [i, parent] of parents.entries()) {
    const child = found[parents.length + i] as ImageRecord | undefined;
    // An image that the index named may be deleted by now. If it was pushed again later, the index is not linked to it.
    if (!child || found[i] === undefined) continue;
    transaction.remove(parent);
    if (!transaction.atomic) continue;
    transaction.put(keys.image(id, child.digest), { ...child, parents: Math.max(0, child.parents - 1) });
  }
}

/**
 * Returns the digests of the image indexes that name an image. Returns at most 100 digests, which is enough for an
 * error text.
 */
export async function listsNaming(context: Context, repository: Repository, digest: string): Promise<string[]> {
  const prefix = keys.parents(repository.id, digest);
  const { entries } = await context.store.list({ prefix, limit: 100 });
  const lists = entries.map(({ key }) => lastPart(key));
  return (await context.store.guarantees()).atomicCommit ? lists : listedOnes(context, repository, lists);
}

/**
 * Returns the digests of those image indexes that the list of images contains. If the push or the deletion of an index
 * broke off, the index is in no list, so nobody could find and delete it. Such an index must not prevent the deletion
 * of an image that it names.
 */
async function listedOnes(context: Context, { id }: Repository, digests: readonly string[]): Promise<string[]> {
  const images = await context.store.getMany<ImageRecord>(digests.map((digest) => keys.image(id, digest)));
  const there = images.filter((image) => image !== undefined);
  const pushes = await context.store.getMany(there.map(({ pushedAt, digest }) => keys.pushed(id, pushedAt, digest)));
  return there.filter((_, i) => pushes[i] !== undefined).map(({ digest }) => digest);
}
