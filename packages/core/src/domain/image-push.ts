import { digestOf } from '../digest/digest.ts';
import type { Algorithm } from '../digest/hasher.ts';
import {
  imageAlreadyExists,
  imageDigestDoesNotMatch,
  imageTagAlreadyExists,
  invalidManifest,
  layersNotFound,
  referencedImagesNotFound,
  tooManyImages,
  tooManyTagsOnImage,
} from '../errors.ts';
import type { Transaction } from '../storage/commit.ts';
import { keys } from '../storage/keys.ts';
import { readByDigest } from './by-digest.ts';
import type { Context } from './context.ts';
import {
  type ImageRecord,
  type ImageSummary,
  type ManifestPlace,
  placeManifest,
  placeOf,
  summaryOf,
  type TagRecord,
} from './images.ts';
import type { LayerRecord } from './layers.ts';
import { type Manifest, parseManifest } from './manifests.ts';
import { piecesIn, removePieces } from './pieces.ts';
import { countImages, type Repository, stillThere } from './repositories.ts';
import { isImmutable } from './tag-mutability.ts';

export interface PushInput {
  /** The manifest's exact bytes: their digest is the image's. */
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  /** What the caller holds the bytes to. */
  readonly digest?: string | undefined;
  readonly tag?: string | undefined;
}

/** Where the services' API and the OCI specification differ. */
export interface PushRules {
  readonly algorithm: Algorithm;
  /** The API refuses an image without layers; the specification allows it. */
  readonly needsLayers: boolean;
  /** The API refuses an image that is there already under this tag; at `/v2/` it is a success. */
  readonly refuseUnchanged: boolean;
}

/**
 * Puts an image: all of it becomes visible at once, or nothing does. A tag that pointed elsewhere moves;
 * the image it leaves stays.
 */
export async function pushImage(
  context: Context,
  repository: Repository,
  input: PushInput,
  rules: PushRules,
): Promise<{ digest: string; manifest: Manifest }> {
  const manifest = parseManifest(new TextDecoder().decode(input.bytes), input.mediaType);
  checkStructure(context, repository, manifest, rules);
  const digest = await digestOf(context.hasher, input.bytes, rules.algorithm);
  if (input.digest !== undefined && input.digest !== digest) {
    throw imageDigestDoesNotMatch({ ...repository, digest: input.digest });
  }

  // Only a new image needs it, and a repeated attempt needs it only once.
  let place: ManifestPlace | undefined;
  let usesPlace = false;
  try {
    await context.store.transact(async (transaction) => {
      usesPlace = false;
      const before = await readBefore(transaction, repository, digest, input.tag);
      const layers = await needLayers(transaction, repository, manifest);
      const children = await needChildren(transaction, repository, manifest);
      const { image, tag } = before;
      const isWhole = image !== undefined && (await isIndexed(transaction, repository, image, input.tag));
      if (isWhole && (input.tag === undefined || tag?.image.digest === digest)) {
        if (rules.refuseUnchanged) throw imageAlreadyExists({ ...repository, digest, tag: input.tag });
        return;
      }
      const moves = tag !== undefined && tag.image.digest !== digest;
      if (moves && input.tag !== undefined && isImmutable(repository.record.settings, input.tag)) {
        throw imageTagAlreadyExists({ ...repository, tag: input.tag });
      }
      const limit = context.limits[repository.registry.kind].tagsPerImage;
      if (transaction.atomic && input.tag !== undefined && (image?.tags ?? 0) >= limit) {
        throw tooManyTagsOnImage({ ...repository, tag: input.tag, limit });
      }

      let record = image;
      if (!record) {
        place ??= await placeManifest(context, input.bytes);
        record = {
          ...summarize(context, digest, manifest, layers, children),
          ...place,
          tags: 0,
          parents: 0,
        };
        await countImages(transaction, repository, 1, (images) => {
          const most = context.limits[repository.registry.kind].imagesPerRepository;
          if (images >= most) throw tooManyImages({ ...repository, limit: most });
        });
      }
      record = { ...record, tags: record.tags + (input.tag === undefined ? 0 : 1) };
      transaction.put(keys.image(repository.id, digest), record);
      if (!isWhole) await putIndexes(transaction, repository, record, manifest, layers, children);
      if (input.tag !== undefined) await moveTag(context, transaction, repository, record, input.tag, tag);
      // From here on the records may be written, whatever becomes of the call.
      usesPlace = !image;
    });
  } finally {
    // Nothing names it: the push failed, or another one of the same image was first.
    if (place && !usesPlace) await removePieces(context, piecesIn(place)).catch(() => undefined);
  }
  return { digest, manifest };
}

interface Before {
  readonly image: ImageRecord | undefined;
  readonly tag: TagRecord | undefined;
}

async function readBefore(
  transaction: Transaction,
  repository: Repository,
  digest: string,
  tag: string | undefined,
): Promise<Before> {
  await stillThere(transaction, repository);
  return {
    image: await transaction.read<ImageRecord>(keys.image(repository.id, digest)),
    tag: tag === undefined ? undefined : await transaction.read<TagRecord>(keys.tag(repository.id, tag)),
  };
}

/**
 * Whether an image that is there is also where lists find it. It always is where commits are atomic; otherwise an earlier
 * push of it may have broken off, and this one puts the rest.
 */
async function isIndexed(
  transaction: Transaction,
  { id }: Repository,
  { pushedAt, digest }: ImageRecord,
  tag: string | undefined,
): Promise<boolean> {
  if (transaction.atomic) return true;
  const indexes = [keys.pushed(id, pushedAt, digest)];
  if (tag !== undefined) indexes.push(keys.pushedTag(id, pushedAt, digest, tag));
  return !(await transaction.readMany(indexes)).includes(undefined);
}

function checkStructure(context: Context, repository: Repository, manifest: Manifest, rules: PushRules): void {
  if (manifest.isList) return;
  if (rules.needsLayers && manifest.layerCount === 0) throw invalidManifest('Image has to have at least 1 layer');
  if (manifest.layerCount > context.limits[repository.registry.kind].layersPerImage) {
    throw invalidManifest('Limit on number of layers per image exceeded');
  }
}

/** The records of the config and the layers, in the manifest's order; all of them bind the commit. */
async function needLayers(
  transaction: Transaction,
  repository: Repository,
  manifest: Manifest,
): Promise<readonly LayerRecord[]> {
  const digests = manifest.blobs.map(({ digest }) => digest);
  const records = await readByDigest(
    digests,
    (digest) => keys.layer(repository.id, digest),
    (layers) => transaction.readMany<LayerRecord>(layers),
  );
  const missing = digests.filter((_, i) => !records[i]);
  if (missing.length > 0) throw layersNotFound({ ...repository, digests: missing });
  return records.filter((record) => record !== undefined);
}

/** The images that a list names, in its order; all of them bind the commit. */
async function needChildren(
  transaction: Transaction,
  repository: Repository,
  manifest: Manifest,
): Promise<readonly ImageRecord[]> {
  const records = await readByDigest(
    manifest.children,
    (digest) => keys.image(repository.id, digest),
    (images) => transaction.readMany<ImageRecord>(images),
  );
  const missing = manifest.children.filter((_, i) => !records[i]);
  if (missing.length > 0) throw referencedImagesNotFound({ ...repository, digests: missing });
  return records.filter((record) => record !== undefined);
}

function summarize(
  context: Context,
  digest: string,
  manifest: Manifest,
  layers: readonly LayerRecord[],
  children: readonly ImageRecord[],
): ImageSummary {
  const size = manifest.isList
    ? children.reduce((largest, child) => Math.max(largest, child.size), 0)
    : (manifest.declaredSize ?? layers.reduce((sum, layer) => sum + layer.size, 0));
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

/** What a new image changes beside its own record. */
async function putIndexes(
  transaction: Transaction,
  repository: Repository,
  image: ImageRecord,
  manifest: Manifest,
  layers: readonly LayerRecord[],
  children: readonly ImageRecord[],
): Promise<void> {
  for (const [i, { digest, mediaType }] of manifest.blobs.entries()) {
    const layer = layers[i];
    if (!layer) continue;
    const { doomed, ...kept } = layer;
    const learnt = layer.mediaType === undefined && mediaType !== undefined ? { mediaType } : undefined;
    if (doomed !== undefined || learnt) transaction.put(keys.layer(repository.id, digest), { ...kept, ...learnt });
  }
  for (const child of children) {
    const parent = keys.parent(repository.id, child.digest, image.digest);
    if ((await transaction.read(parent)) !== undefined) continue;
    transaction.put(parent, true);
    // Where commits are not atomic the lists themselves are looked for, and not their number.
    if (!transaction.atomic) continue;
    transaction.put(keys.image(repository.id, child.digest), { ...child, parents: child.parents + 1 });
  }
  if (manifest.subject !== undefined) {
    transaction.put(keys.referrer(repository.id, manifest.subject, image.digest), true);
  }
  transaction.put(keys.pushed(repository.id, image.pushedAt, image.digest), summaryOf(image));
}

/** Points a tag at an image; the image that it leaves stays, with a tag less. */
async function moveTag(
  context: Context,
  transaction: Transaction,
  repository: Repository,
  image: ImageRecord,
  tag: string,
  before: TagRecord | undefined,
): Promise<void> {
  const { id } = repository;
  transaction.put(keys.pushedTag(id, image.pushedAt, image.digest, tag), true);
  const record: TagRecord = { createdAt: context.clock(), image: summaryOf(image), ...placeOf(image) };
  transaction.put(keys.tag(id, tag), record);
  // Put again, because the push before broke off.
  if (!before || before.image.digest === image.digest) return;
  transaction.remove(keys.pushedTag(id, before.image.pushedAt, before.image.digest, tag));
  // What it counts is not counted where commits are not atomic, and the image may be gone from elsewhere.
  if (!transaction.atomic) return;
  const left = await transaction.read<ImageRecord>(keys.image(id, before.image.digest));
  if (left) transaction.put(keys.image(id, left.digest), { ...left, tags: Math.max(0, left.tags - 1) });
}
