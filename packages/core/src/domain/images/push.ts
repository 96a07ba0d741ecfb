import { digestOf } from '../../digest/digest.ts';
import type { Algorithm } from '../../digest/running-hash.ts';
import {
  imageAlreadyExists,
  imageDigestDoesNotMatch,
  imageTagAlreadyExists,
  invalidManifest,
  tooManyImages,
  tooManyTagsOnImage,
} from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import { announceAfter, imageMembers } from '../announce.ts';
import type { Context } from '../context.ts';
import { type Piece, piecesIn } from '../layers/piece.ts';
import { removePieces } from '../layers/pieces.ts';
import { begin, type RepositoryChange } from '../repositories/change.ts';
import { countImages, imagesIn } from '../repositories/counts.ts';
import type { Repository } from '../repositories/repository.ts';
import { isImmutable } from '../repositories/tag-mutability.ts';
import type { ImageRecord, ImageSummary } from './image.ts';
import { moveTags, putIndexes } from './indexes.ts';
import { type Manifest, readPushed } from './manifest.ts';
import { placeManifest } from './manifest-place.ts';
import { placeMentions } from './mentions.ts';
import { type Named, readBefore } from './named.ts';
import { type StagedReferrer, stageReferrer } from './referrers.ts';

export interface PushInput {
  /** The exact bytes of the manifest. Their digest is the digest of the image. */
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  /**
   * The digest that the caller expects. If the manifest has another digest, the push fails. If undefined, the digest is
   * not compared.
   */
  readonly digest?: string | undefined;
  /** The tags that will point at the image. All tags are written in one commit. */
  readonly tags?: readonly string[];
}

/** The rules for a push that are different in the AWS API and in the OCI distribution specification. */
export interface PushRules {
  readonly algorithm: Algorithm;
  /** Whether an image without layers is refused. The AWS API refuses such an image. The OCI specification allows it. */
  readonly needsLayers: boolean;
  /**
   * Whether a push is refused if the tag already points at this image. The AWS API refuses such a push. The OCI API at
   * `/v2/` accepts it.
   */
  readonly refuseUnchanged: boolean;
  /**
   * Whether an image index may name blobs, as the caches of BuildKit do. Only the OCI specification allows this; the
   * AWS API refuses it.
   */
  readonly blobsInLists: boolean;
}

/**
 * Stores an image under any number of tags. The image and all tags become visible at once; if the push fails, nothing
 * becomes visible. If a tag pointed at another image before, the tag moves to the new image, and the other image stays.
 */
export async function pushImage(
  context: Context,
  repository: Repository,
  input: PushInput,
  rules: PushRules,
): Promise<{ digest: string; manifest: Manifest }> {
  const manifest = readPushed(input.bytes, input.mediaType);
  checkStructure(context, repository, manifest, rules);
  const digest = await digestOf(context.hasher, input.bytes, rules.algorithm);
  if (input.digest !== undefined && input.digest !== digest) {
    throw imageDigestDoesNotMatch({ ...repository, digest: input.digest });
  }
  const tags = [...new Set(input.tags)];
  const quotas = context.limits[repository.registry.kind];

  // Only a new image needs staged bytes. A repeated attempt does not store them again.
  const staged: Staged = {};
  let used: readonly Piece[] = [];
  try {
    await context.store.transact(async (transaction) => {
      used = [];
      const change = await begin(context, transaction, repository);
      const before = await readBefore(change, { digest, tags, manifest, blobsInLists: rules.blobsInLists });
      const { image, named } = before;
      const isWhole = image !== undefined && (await isIndexed(change, image, tags));
      const added = tags.filter((tag) => before.tags.get(tag)?.image.digest !== digest);
      if (isWhole && added.length === 0) {
        if (rules.refuseUnchanged) throw imageAlreadyExists({ ...repository, digest, tag: tags[0] });
        return;
      }
      const { settings } = change.repository.record;
      const fixed = added.find((tag) => before.tags.get(tag) && isImmutable(settings, tag));
      if (fixed !== undefined) throw imageTagAlreadyExists({ ...repository, tag: fixed });
      const oneTooMany = added[Math.max(0, quotas.tagsPerImage - (image?.tags ?? 0))];
      if (transaction.atomic && oneTooMany !== undefined) {
        throw tooManyTagsOnImage({ ...repository, tag: oneTooMany, limit: quotas.tagsPerImage });
      }

      let record = image;
      if (!record) {
        staged.place ??= await placeMentions(context, manifest, await placeManifest(context, input.bytes));
        record = { ...summarize(context, digest, manifest, named), ...staged.place, tags: 0, parents: 0 };
        const limit = quotas.imagesPerRepository;
        if (transaction.atomic && imagesIn(before.usage) >= limit) throw tooManyImages({ ...repository, limit });
        countImages(change, before.usage, 1);
      }
      if (!isWhole && manifest.subject !== undefined) {
        staged.referrer ??= await stageReferrer(context, manifest, { digest, size: input.bytes.length });
      }
      record = { ...record, tags: record.tags + added.length };
      transaction.put(keys.image(repository.id, digest), record);
      if (!isWhole) putIndexes(change, record, { manifest, ...named, referrer: staged.referrer });
      // If commits are not atomic, a tag that points at the image already may lack the records by which lists find it.
      const moved = new Map((transaction.atomic ? added : tags).map((tag) => [tag, before.tags.get(tag)]));
      await moveTags(change, { record, createdAt: context.clock() }, moved);
      announceAfter(change, { type: 'push', ...imageMembers(record), tags: added });
      // After this line the records may be written, even if the call fails.
      used = piecesOf({ ...(image ? {} : staged), ...(isWhole ? {} : { referrer: staged.referrer }) });
    });
  } finally {
    // No record names the other pieces: the push failed, or another push of the same image was first.
    const unused = piecesOf(staged).filter((piece) => !used.includes(piece));
    await removePieces(context, unused).catch(() => undefined);
  }
  return { digest, manifest };
}

/** The places of the bytes that a push stores in the byte store before its transaction commits. */
interface Staged {
  place?: Awaited<ReturnType<typeof placeMentions>> | undefined;
  referrer?: StagedReferrer | undefined;
}

const piecesOf = ({ place, referrer }: Staged): readonly Piece[] => [
  ...(place ? piecesIn(place) : []),
  ...(referrer ? piecesIn(referrer.record) : []),
];

/**
 * Returns whether an existing image and its tags can be found in all lists. Always returns true if commits are atomic.
 * If commits are not atomic, an earlier push of the image may have broken off, and this push must then write the
 * missing records.
 */
async function isIndexed(
  { transaction, repository: { id } }: RepositoryChange,
  { pushedAt, digest }: ImageRecord,
  tags: readonly string[],
): Promise<boolean> {
  if (transaction.atomic) return true;
  const indexes = [keys.pushed(id, pushedAt, digest), ...tags.map((tag) => keys.pushedTag(id, pushedAt, digest, tag))];
  return !(await transaction.readMany(indexes)).includes(undefined);
}

function checkStructure(context: Context, repository: Repository, manifest: Manifest, rules: PushRules): void {
  if (manifest.isList) return;
  if (rules.needsLayers && manifest.layerCount === 0) throw invalidManifest('Image has to have at least 1 layer');
  if (manifest.layerCount > context.limits[repository.registry.kind].layersPerImage) {
    throw invalidManifest('Limit on number of layers per image exceeded');
  }
}

function summarize(context: Context, digest: string, manifest: Manifest, { blobs, children }: Named): ImageSummary {
  const size = manifest.isList
    ? children.reduce((largest, child) => Math.max(largest, child.size), 0)
    : (manifest.declaredSize ?? [...blobs.values()].reduce((sum, { size }) => sum + size, 0));
  const { mediaType, artifactMediaType, subject } = manifest;
  return {
    digest,
    pushedAt: context.clock(),
    size,
    mediaType,
    ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
    ...(subject === undefined ? {} : { subject }),
  };
}
