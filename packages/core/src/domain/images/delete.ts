import { type Digest, digestPattern, isDigestLike } from '../../digest/digest.ts';
import { keys, lastPart } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import { announceAfter, imageMembers } from '../announce.ts';
import type { Context } from '../context.ts';
import { piecesIn } from '../layers/piece.ts';
import { nextTurn } from '../next-turn.ts';
import { changeRepository, type RepositoryChange } from '../repositories/change.ts';
import { countImages, type UsageRecord } from '../repositories/counts.ts';
import type { Repository } from '../repositories/repository.ts';
import { findImage, findTag, namesInTransaction, tagsInTransaction } from './find.ts';
import { type ImageRecord, type ImageSummary, isTag, type TagRecord, tagPattern } from './image.ts';
import { isListType } from './manifest.ts';
import { readMentions } from './mentions.ts';
import { removeReferrer } from './referrers.ts';

/** An image as a request names it: by tag, by digest, or by both. */
export interface ImageId {
  readonly imageDigest?: string;
  readonly imageTag?: string;
}

export type ImageFailureCode =
  | 'ImageNotFound'
  | 'ImageReferencedByManifestList'
  | 'ImageTagDoesNotMatchDigest'
  | 'InvalidImageDigest'
  | 'InvalidImageTag'
  | 'MissingDigestAndTag';

export interface ImageFailure {
  readonly imageId: ImageId;
  readonly failureCode: ImageFailureCode;
  readonly failureReason: string;
}

const reasons = {
  ImageNotFound: 'Requested image not found',
  ImageTagDoesNotMatchDigest: 'Invalid request parameters: given tag does not map to the given digest',
  InvalidImageDigest: `Invalid request parameters: image digest should satisfy the regex '${digestPattern}'`,
  InvalidImageTag: `Invalid request parameters: image tag should satisfy the regex '${tagPattern}'`,
  MissingDigestAndTag: 'Invalid request parameters: both tag and digest cannot be null',
};

const failed = (imageId: ImageId, failureCode: keyof typeof reasons): ImageFailure => ({
  imageId,
  failureCode,
  failureReason: reasons[failureCode],
});

/** What is to go: an image with all its tags, or one tag (and the image with its last one). */
interface Removal {
  readonly imageId: ImageId;
  readonly digest: string;
  readonly tag: string | undefined;
  /** The lists that named it when the call began: lists and their images do not go in one call. */
  readonly lists: readonly string[];
}

/** Finds the image that an id names, or says why it names none. */
async function resolve(context: Context, repository: Repository, id: ImageId): Promise<Removal | ImageFailure> {
  const { imageDigest, imageTag } = id;
  if (imageDigest === undefined && imageTag === undefined) return failed(id, 'MissingDigestAndTag');
  if (imageDigest !== undefined && !isDigestLike(imageDigest)) return failed(id, 'InvalidImageDigest');
  if (imageTag !== undefined && !isTag(imageTag)) return failed(id, 'InvalidImageTag');
  const tag = imageTag === undefined ? undefined : await findTag(context, repository, imageTag);
  if (imageTag !== undefined && !tag) return failed(id, 'ImageNotFound');
  if (tag && imageDigest !== undefined && tag.image.digest !== imageDigest) {
    return failed(id, 'ImageTagDoesNotMatchDigest');
  }
  const digest = tag?.image.digest ?? imageDigest ?? '';
  const image = await findImage(context, repository, digest);
  if (!image) return failed(id, 'ImageNotFound');
  const isCounted = (await context.store.guarantees()).atomicCommit;
  const lists = image.parents > 0 || !isCounted ? await listsNaming(context, repository, digest) : [];
  return { imageId: id, digest, tag: imageTag, lists };
}

/** A digest in the request takes its tags with it, and what is named twice goes once. */
function collapse(removals: readonly Removal[]): Removal[] {
  const whole = new Set(removals.filter(({ tag }) => tag === undefined).map(({ digest }) => digest));
  const kept = new Map<string, Removal>();
  for (const removal of removals) {
    if (removal.tag !== undefined && whole.has(removal.digest)) continue;
    const key = `${removal.digest} ${removal.tag ?? ''}`;
    if (!kept.has(key)) kept.set(key, removal);
  }
  return [...kept.values()];
}

/** Deletes what it can and says of the rest why not (BatchDeleteImage). Each image or tag goes whole or not at all. */
export async function deleteImages(
  context: Context,
  repository: Repository,
  ids: readonly ImageId[],
): Promise<{ deleted: ImageId[]; failures: ImageFailure[] }> {
  const resolved = await Promise.all(ids.map((id) => resolve(context, repository, id)));
  const isFailure = (item: Removal | ImageFailure): item is ImageFailure => 'failureCode' in item;
  const failures = resolved.filter(isFailure);
  const deleted: ImageId[] = [];
  let tags = 0;
  for (const removal of collapse(resolved.filter((item): item is Removal => !isFailure(item)))) {
    let outcome = await removeOne(context, repository, removal);
    for (let tries = 0; outcome === 'moved' && tries < mostTries; tries++) {
      const again = await resolve(context, repository, removal.imageId);
      outcome = isFailure(again) ? again : await removeOne(context, repository, again);
    }
    if (!Array.isArray(outcome)) {
      failures.push(outcome === 'moved' ? failed(removal.imageId, 'ImageNotFound') : outcome);
      continue;
    }
    deleted.push(...outcome);
    tags += outcome.length;
    if (tags < tagsPerTurn) continue;
    tags = 0;
    await nextTurn();
  }
  return { deleted, failures };
}

/** How many tags are removed in one go, each with its indexes. */
const tagsPerTurn = 500;

/** How often a tag is looked for again that was moved to another image between the look and the removal. */
const mostTries = 5;

/**
 * Takes a tag away, and nothing else: the image stays, also without any ("Deleting tags" of the OCI distribution
 * specification, which knows no BatchDeleteImage).
 * @returns false where there is no such tag.
 */
export function untag(context: Context, repository: Repository, tag: string): Promise<boolean> {
  return changeRepository(context, repository, async (change) => {
    const { transaction } = change;
    const record = await transaction.read<TagRecord>(keys.tag(repository.id, tag));
    if (!record) return false;
    const { image: summary } = record;
    const image = await transaction.read<ImageRecord>(keys.image(repository.id, summary.digest));
    if (image) countTagDown(change, image);
    removeTag(change, { ...summary, pieces: record.pieces }, tag);
    announceAfter(change, { type: 'delete', ...imageMembers(summary), tags: [tag], imageDeleted: false });
    return true;
  });
}

/**
 * Deletes an image with its tags, also one that a list names ("Deleting Manifests" of the OCI distribution
 * specification).
 * @returns false where there is no such image.
 */
export function deleteImage(context: Context, repository: Repository, digest: Digest): Promise<boolean> {
  return changeRepository(context, repository, async (change) => {
    const { transaction } = change;
    const image = await transaction.read<ImageRecord>(keys.image(repository.id, digest));
    if (!image) return false;
    // Every change of its lists changes the image's record, which is held. An image of this digest that comes back
    // counts only the lists that come after it.
    for (const list of await namesInTransaction(transaction, keys.parents(repository.id, digest))) {
      transaction.remove(keys.parent(repository.id, digest, list));
    }
    await removeImage(change, image, await tagsInTransaction(change, image));
    return true;
  });
}

function removeOne(
  context: Context,
  repository: Repository,
  removal: Removal,
): Promise<ImageId[] | ImageFailure | 'moved'> {
  const { digest, tag, imageId } = removal;
  return changeRepository(context, repository, async (change) => {
    const image = await change.transaction.read<ImageRecord>(keys.image(repository.id, digest));
    if (!image) return tag === undefined ? failed(imageId, 'ImageNotFound') : 'moved';
    const tags = await tagsInTransaction(change, image);
    if (tag !== undefined && !tags.includes(tag)) return 'moved';

    if (tag !== undefined && tags.length > 1) {
      removeTag(change, image, tag);
      countTagDown(change, image);
      announceAfter(change, { type: 'delete', ...imageMembers(image), tags: [tag], imageDeleted: false });
      return [{ imageDigest: digest, imageTag: tag }];
    }
    if (image.parents > 0 || removal.lists.length > 0) {
      const lists = image.parents > 0 ? await listsNaming(context, repository, digest) : removal.lists;
      return {
        imageId,
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${lists.join(', ')}]`,
      };
    }
    await removeImage(change, image, tags);
    return tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));
  });
}

/** It also binds the image's other tags; where commits are not atomic nothing does, and nothing is counted. */
function countTagDown({ transaction, repository }: RepositoryChange, image: ImageRecord): void {
  if (!transaction.atomic) return;
  transaction.put(keys.image(repository.id, image.digest), { ...image, tags: Math.max(0, image.tags - 1) });
}

function removeTag(
  { transaction, repository }: RepositoryChange,
  image: ImageSummary & { readonly pieces?: unknown },
  tag: string,
): void {
  transaction.remove(keys.tag(repository.id, tag));
  if (!image.pieces) transaction.remove(keys.tagManifest(repository.id, tag));
  transaction.remove(keys.pushedTag(repository.id, image.pushedAt, image.digest, tag));
}

/** Takes an image out of everything that names it: tags first, the image itself last. */
async function removeImage(change: RepositoryChange, image: ImageRecord, tags: readonly string[]): Promise<void> {
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

/** Takes a list away from the images that it names. */
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
    // The child that the list named may be gone, and another push of it not be named by the list.
    if (!child || found[i] === undefined) continue;
    transaction.remove(parent);
    if (!transaction.atomic) continue;
    transaction.put(keys.image(id, child.digest), { ...child, parents: Math.max(0, child.parents - 1) });
  }
}

/** The lists that name an image; the first hundred of them are enough for an error text. */
async function listsNaming(context: Context, repository: Repository, digest: string): Promise<string[]> {
  const prefix = keys.parents(repository.id, digest);
  const { entries } = await context.store.list({ prefix, limit: 100 });
  const lists = entries.map(({ key }) => lastPart(key));
  return (await context.store.guarantees()).atomicCommit ? lists : listedOnes(context, repository, lists);
}

/** Without those of a push or a deletion that broke off: no list has them, and nobody could take them out of the way. */
async function listedOnes(context: Context, { id }: Repository, digests: readonly string[]): Promise<string[]> {
  const images = await context.store.getMany<ImageRecord>(digests.map((digest) => keys.image(id, digest)));
  const there = images.filter((image) => image !== undefined);
  const pushes = await context.store.getMany(there.map(({ pushedAt, digest }) => keys.pushed(id, pushedAt, digest)));
  return there.filter((_, i) => pushes[i] !== undefined).map(({ digest }) => digest);
}
