import { digestPattern, isDigestLike } from '../../digest/digest.ts';
import type { Context } from '../../domain/context.ts';
import { findImage, findTag, tagsOf } from '../../domain/images/find.ts';
import { type ImageSummary, type ImageWithTags, isTag, summaryOf, tagPattern } from '../../domain/images/image.ts';
import { pushImage } from '../../domain/images/push.ts';
import { nextTurn, recordsPerTurn } from '../../domain/next-turn.ts';
import type { Repository } from '../../domain/repositories/repository.ts';
import { imageNotFound, invalidParameter } from '../../errors.ts';
import { mustSatisfyRegularExpression } from '../../model/index.ts';
import { encodeUtf8 } from '../../utf8.ts';
import type { ImageId } from './delete-images.ts';

/**
 * This file has the rules for images that the APIs of Amazon ECR and Amazon ECR Public have in common. These rules do
 * not apply to requests of the OCI distribution protocol.
 */

function checkTag(tag: string | undefined): void {
  if (tag !== undefined && !isTag(tag)) {
    throw invalidParameter('imageTag', mustSatisfyRegularExpression(tagPattern));
  }
}

/**
 * Checks that the tag and the digest in an image id match their patterns. Operations call this function before they
 * look up the repository, so that an invalid tag or digest is reported even if the repository does not exist.
 * @throws InvalidParameterException if the tag or the digest is invalid
 */
export function checkImageId({ imageDigest, imageTag }: ImageId): void {
  checkDigest(imageDigest);
  checkTag(imageTag);
}

function checkDigest(digest: string | undefined): void {
  if (digest !== undefined && !isDigestLike(digest)) {
    throw invalidParameter('imageDigest', mustSatisfyRegularExpression(digestPattern));
  }
}

interface PutInput {
  readonly imageManifest: string;
  readonly imageManifestMediaType?: string;
  readonly imageTag?: string;
  readonly imageDigest?: string;
}

interface PutAnswer {
  imageId: { imageDigest: string; imageTag?: string };
  imageManifest: string;
  imageManifestMediaType: string;
}

/**
 * Puts an image into a repository by the rules of PutImage. Throws an exception if the image has no layers, or if the
 * repository already has the image with the same tag.
 */
export async function putImage(context: Context, repository: Repository, input: PutInput): Promise<PutAnswer> {
  const { imageManifest, imageManifestMediaType: mediaType, imageTag: tag, imageDigest: digest } = input;
  const bytes = encodeUtf8(imageManifest);
  const pushed = await pushImage(
    context,
    repository,
    { bytes, mediaType, tags: tag === undefined ? [] : [tag], digest },
    { algorithm: 'sha256', needsLayers: true, refuseUnchanged: true, blobsInLists: false },
  );
  return {
    imageId: { imageDigest: pushed.digest, ...(tag === undefined ? {} : { imageTag: tag }) },
    imageManifest,
    imageManifestMediaType: pushed.manifest.mediaType,
  };
}

/**
 * Returns the images with the ids `ids`, for DescribeImages. If several ids name the same image, the image is returned
 * once.
 * @throws ImageNotFoundException for the first id whose image does not exist
 */
export async function needImages(
  context: Context,
  repository: Repository,
  ids: readonly ImageId[],
): Promise<ImageWithTags[]> {
  const found = await Promise.all(ids.map((id) => imageById(context, repository, id)));
  const images = new Map<string, ImageSummary>();
  for (const [i, image] of found.entries()) {
    if (!image) throw imageNotFound({ ...repository, ...ids[i] });
    images.set(image.digest, image);
  }
  const distinct = [...images.values()];
  const withTags: ImageWithTags[] = [];
  // An image may have a thousand tags. If the storage is remote, reading tags takes no time of this thread, and the
  // tags of all images are read at the same time.
  const atOnce = context.store.remote ? distinct.length : imagesPerTurn;
  for (let from = 0; from < distinct.length; from += atOnce) {
    const some = distinct.slice(from, from + atOnce);
    const read = await Promise.all(
      some.map(async (image) => ({ image, tags: await tagsOf(context, repository, image) })),
    );
    withTags.push(...read);
    if (read.reduce((sum, { tags }) => sum + tags.length, 0) > recordsPerTurn) await nextTurn();
  }
  return withTags;
}

const imagesPerTurn = 10;

async function imageById(
  context: Context,
  repository: Repository,
  { imageDigest, imageTag }: ImageId,
): Promise<ImageSummary | undefined> {
  if (imageTag !== undefined) {
    const tag = await findTag(context, repository, imageTag);
    return imageDigest === undefined || imageDigest === tag?.image.digest ? tag?.image : undefined;
  }
  const image = imageDigest === undefined ? undefined : await findImage(context, repository, imageDigest);
  return image && summaryOf(image);
}
