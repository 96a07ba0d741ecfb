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
 * The OCI distribution specification asks for this ("Deleting tags"). BatchDeleteImage deletes an image together with its last tag.
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
 * Deletes an image with its tags, even if an image index names it ("Deleting Manifests" of the OCI specification).
 * @returns false if the image does not exist
 */
export function deleteImage(context: Context, repository: Repository, digest: Digest): Promise<boolean> {
  return changeRepository(context, repository, async (change) => {
    const { transaction } = change;
    const image = await transaction.read<ImageRecord>(keys.image(repository.id, digest));
    if (!image) return false;
    // Every change of its lists changes the image's record, which is held. If an image of this digest is pushed again,
    // it counts only the lists that are pushed after it.
    for (const list of await namesInTransaction(transaction, keys.parents(repository.id, digest))) {
      transaction.remove(keys.parent(repository.id, digest, list));
    }
    await removeImage(change, image, await tagsInTransaction(change, image));
    return true;
  });
}

/**
 * Removes one of the tags of an image.
 * @param tagged the image, as the record of the tag describes it
 * @param image the record of the image; undefined if the record does not exist
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

/** An image, and its pieces if its manifest is in one. */
type TaggedImage = ImageSummary & { readonly pieces?: unknown };

/**
 * Reduces the number of tags in the record of the image. Because of this write, the commit fails if another tag of the
 * image changes meanwhile. If commits are not atomic, this has no effect, so the tags are not counted.
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

/** Removes an image with its tags and its index entries: the tags first, the record of the image last. */
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

/** Removes the records that tie an image index to the images that it names. */
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
    // The child that the list named may be deleted, and the list may not name another push of it.
    if (!child || found[i] === undefined) continue;
    transaction.remove(parent);
    if (!transaction.atomic) continue;
    transaction.put(keys.image(id, child.digest), { ...child, parents: Math.max(0, child.parents - 1) });
  }
}

/** Gives the image indexes that name an image. An error text needs only the first hundred. */
export async function listsNaming(context: Context, repository: Repository, digest: string): Promise<string[]> {
  const prefix = keys.parents(repository.id, digest);
  const { entries } = await context.store.list({ prefix, limit: 100 });
  const lists = entries.map(({ key }) => lastPart(key));
  return (await context.store.guarantees()).atomicCommit ? lists : listedOnes(context, repository, lists);
}

/**
 * Leaves out image indexes whose push or deletion broke off. Nobody can find such an index, so nobody could delete it
 * to free the image.
 */
async function listedOnes(context: Context, { id }: Repository, digests: readonly string[]): Promise<string[]> {
  const images = await context.store.getMany<ImageRecord>(digests.map((digest) => keys.image(id, digest)));
  const there = images.filter((image) => image !== undefined);
  const pushes = await context.store.getMany(there.map(({ pushedAt, digest }) => keys.pushed(id, pushedAt, digest)));
  return there.filter((_, i) => pushes[i] !== undefined).map(({ digest }) => digest);
}
