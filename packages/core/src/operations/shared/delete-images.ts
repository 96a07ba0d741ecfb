import { digestPattern, isDigestLike } from '../../digest/digest.ts';
import type { Context } from '../../domain/context.ts';
import { listsNaming, removeImage, removeOneTag } from '../../domain/images/delete.ts';
import { findImage, findTag, tagsInTransaction } from '../../domain/images/find.ts';
import { type ImageRecord, isTag, tagPattern } from '../../domain/images/image.ts';
import { nextTurn } from '../../domain/next-turn.ts';
import { changeRepository } from '../../domain/repositories/change.ts';
import type { Repository } from '../../domain/repositories/repository.ts';
import { keys } from '../../storage/keys.ts';

/** An image in a request, named by its tag, its digest, or both. */
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

/**
 * An image or a tag that a request deletes. If `tag` is undefined, the image is deleted with all of its tags. If `tag`
 * is given, only this tag is deleted. If the image then has no tags, the image is deleted too.
 */
interface Removal {
  readonly imageId: ImageId;
  readonly digest: string;
  readonly tag: string | undefined;
  /**
   * The digests of the image indexes that named the image when the call began. If an index names the image, the image
   * is not deleted, even if the same call also deletes the index.
   */
  readonly lists: readonly string[];
}

/**
 * Returns the image or tag that an image id names. Returns the failure to report if the image id is invalid, or if the
 * image or tag does not exist.
 */
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

/**
 * Returns the deletions of a request without duplicates. If a request deletes an image by its digest, the result does
 * not contain deletions of the image's tags, because all tags are deleted with the image.
 */
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

/**
 * Deletes images and tags by the rules of BatchDeleteImage. `failures` lists the ids that could not be deleted, each
 * with the reason. No image or tag is deleted in part.
 */
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

/** The number of tags that BatchDeleteImage deletes before it lets other requests run. */
const tagsPerTurn = 500;

/**
 * The maximum number of times that the deletion of a tag is repeated. A deletion is repeated if another request moves
 * the tag to another image meanwhile.
 */
const mostTries = 5;

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
      removeOneTag(change, tag, image, image);
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
