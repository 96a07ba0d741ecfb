import { digestPattern, isDigestLike } from '../digest/digest.ts';
import { imageNotFound, invalidParameter } from '../errors.ts';
import { mustSatisfyRegularExpression } from '../model/index.ts';
import type { Context } from './context.ts';
import type { ImageId } from './image-deletion.ts';
import { pushImage } from './image-push.ts';
import {
  findImage,
  findTag,
  type ImageSummary,
  type ImageWithTags,
  isTag,
  summaryOf,
  tagPattern,
  tagsOf,
} from './images.ts';
import type { Repository } from './repositories.ts';

/** What both services' image operations hold a client to, beyond what an image is. */

function checkTag(tag: string | undefined): void {
  if (tag !== undefined && !isTag(tag)) {
    throw invalidParameter('imageTag', mustSatisfyRegularExpression(tagPattern));
  }
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

/** PutImage: the same image under the same tag is refused, and an image has at least one layer. */
export async function putImage(context: Context, repository: Repository, input: PutInput): Promise<PutAnswer> {
  const { imageManifest, imageManifestMediaType: mediaType, imageTag: tag, imageDigest: digest } = input;
  checkTag(tag);
  checkDigest(digest);
  const bytes = new TextEncoder().encode(imageManifest);
  const pushed = await pushImage(
    context,
    repository,
    { bytes, mediaType, tag, digest },
    { algorithm: 'sha256', needsLayers: true, refuseUnchanged: true },
  );
  return {
    imageId: { imageDigest: pushed.digest, ...(tag === undefined ? {} : { imageTag: tag }) },
    imageManifest,
    imageManifestMediaType: pushed.manifest.mediaType,
  };
}

/** DescribeImages by ids: each image once, and ImageNotFoundException for the first id that names none. */
export async function needImages(
  context: Context,
  repository: Repository,
  ids: readonly ImageId[],
): Promise<ImageWithTags[]> {
  for (const { imageDigest, imageTag } of ids) {
    checkDigest(imageDigest);
    checkTag(imageTag);
  }
  const found = await Promise.all(ids.map((id) => needImage(context, repository, id)));
  const distinct = [...new Map(found.map((image) => [image.digest, image])).values()];
  return Promise.all(distinct.map(async (image) => ({ image, tags: await tagsOf(context, repository, image) })));
}

async function needImage(context: Context, repository: Repository, id: ImageId): Promise<ImageSummary> {
  const { imageDigest, imageTag } = id;
  const missing = () => imageNotFound({ ...repository, ...id });
  if (imageTag !== undefined) {
    const tag = await findTag(context, repository, imageTag);
    if (!tag || (imageDigest !== undefined && imageDigest !== tag.image.digest)) throw missing();
    return tag.image;
  }
  const image = imageDigest === undefined ? undefined : await findImage(context, repository, imageDigest);
  if (!image) throw missing();
  return summaryOf(image);
}
