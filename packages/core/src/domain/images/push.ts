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
  /** The manifest's exact bytes: their digest is the image's. */
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  /** The digest that the caller expects. */
  readonly digest?: string | undefined;
  /** The tags. They are put in one commit: either all tags or no tag. */
  readonly tags?: readonly string[];
}

/** The rules in which the services' API and the OCI specification differ. */
export interface PushRules {
  readonly algorithm: Algorithm;
  /** The API refuses an image without layers; the specification allows it. */
  readonly needsLayers: boolean;
  /** The API refuses an image that already exists under this tag; at `/v2/` the push succeeds. */
  readonly refuseUnchanged: boolean;
  /** Whether an image index may name blobs, as the caches of BuildKit do. Only the specification allows this. */
  readonly blobsInLists: boolean;
}

/**
 * Puts an image under any number of tags: all of it becomes visible at once, or nothing does. A tag that pointed
 * elsewhere moves, and the image that it leaves stays.
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

  // Only a new image needs these, and a repeated attempt needs them only once.
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
      // If commits are not atomic, a tag that points here may lack its indexes.
      const moved = new Map((transaction.atomic ? added : tags).map((tag) => [tag, before.tags.get(tag)]));
      await moveTags(change, { record, createdAt: context.clock() }, moved);
      announceAfter(change, { type: 'push', ...imageMembers(record), tags: added });
      // From here on the records may be written, whether or not the call succeeds.
      used = piecesOf({ ...(image ? {} : staged), ...(isWhole ? {} : { referrer: staged.referrer }) });
    });
  } finally {
    // No record names the other pieces: the push failed, or another push of the same image was first.
    const unused = piecesOf(staged).filter((piece) => !used.includes(piece));
    await removePieces(context, unused).catch(() => undefined);
  }
  return { digest, manifest };
}

/** The bytes of an image, which were stored before the transaction. */
interface Staged {
  place?: Awaited<ReturnType<typeof placeMentions>> | undefined;
  referrer?: StagedReferrer | undefined;
}

const piecesOf = ({ place, referrer }: Staged): readonly Piece[] => [
  ...(place ? piecesIn(place) : []),
  ...(referrer ? piecesIn(referrer.record) : []),
];

/**
 * Says whether an existing image is also in all lists. If commits are atomic, it always is. Otherwise an earlier push
 * of it may have broken off, and this push adds the rest.
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
