import { isDigest } from '../../digest/digest.ts';
import { keys, lastPart } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { Context } from '../context.ts';
import type { RepositoryChange } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import {
  type ImageRecord,
  type ImageSummary,
  type ManifestPlace,
  type StoredManifest,
  summaryOf,
  type TagManifestRecord,
  type TagRecord,
} from './image.ts';
import { readManifest } from './manifest-place.ts';

/**
 * Returns the record of the image with this digest. Returns undefined if the image does not exist, or if the text is
 * not a sha256 or sha512 digest.
 *
 * A text that is not a digest is not looked up, because it may be longer than the storage allows for a key.
 */
export const findImage = async (
  context: Context,
  repository: Repository,
  digest: string,
): Promise<ImageRecord | undefined> =>
  isDigest(digest) ? context.store.get<ImageRecord>(keys.image(repository.id, digest)) : undefined;

export const findTag = (context: Context, repository: Repository, tag: string): Promise<TagRecord | undefined> =>
  context.store.get<TagRecord>(keys.tag(repository.id, tag));

/**
 * Reads the manifest that a tag or a digest names. Returns undefined if the image does not exist, or if it was deleted
 * during the call.
 */
export async function findManifest(
  context: Context,
  repository: Repository,
  id: { readonly tag: string } | { readonly digest: string },
): Promise<StoredManifest | undefined> {
  const found =
    'tag' in id ? await findTagged(context, repository, id.tag) : await findImage(context, repository, id.digest);
  if (!found) return undefined;
  const bytes = await readManifest(context, found);
  return bytes && { ...summaryOf(found), bytes };
}

/**
 * Finds the image that a tag points at, and the place where the manifest of the image is stored. On a remote storage,
 * one call reads both the tag and a small manifest.
 */
async function findTagged(
  context: Context,
  repository: Repository,
  tag: string,
): Promise<(ImageSummary & ManifestPlace) | undefined> {
  const wanted = [
    keys.tag(repository.id, tag),
    ...(context.store.remote ? [keys.tagManifest(repository.id, tag)] : []),
  ];
  const [record, beside] = (await context.store.getMany(wanted)) as [TagRecord?, TagManifestRecord?];
  if (!record) return undefined;
  const { image, pieces } = record;
  if (pieces) return { ...image, pieces };
  const seen = beside && { ...beside.image, manifest: beside.manifest };
  if (seen?.digest === image.digest) return seen;
  // If reads lag, one of the two records may be outdated. If the storage does not return the record of the image yet,
  // the result is the image that the tag pointed at before.
  return (await findImage(context, repository, image.digest)) ?? seen;
}

/** Returns all tags of an image, sorted by name. */
export async function tagsOf(context: Context, repository: Repository, image: ImageSummary): Promise<string[]> {
  const prefix = keys.pushedTags(repository.id, image.pushedAt, image.digest);
  const tags: string[] = [];
  for await (const { key } of context.store.all(prefix)) tags.push(lastPart(key));
  const { atomicCommit } = await context.store.guarantees();
  return atomicCommit ? tags : ownTags(context.store, repository, image, tags);
}

/**
 * Returns all tags of an image inside a transaction. The transaction must have read the record of the image. If a tag
 * of the image changes, that record changes too, so the commit fails.
 */
export async function tagsInTransaction(
  { transaction, repository }: RepositoryChange,
  image: ImageSummary,
): Promise<string[]> {
  const tags = await namesInTransaction(transaction, keys.pushedTags(repository.id, image.pushedAt, image.digest));
  if (transaction.atomic) return tags;
  return ownTags({ getMany: (keys) => transaction.readMany(keys) }, repository, image, tags);
}

/**
 * Returns only those of the given tags that point at the image. If commits are not atomic, a tag may be listed although
 * it already points at another image, because moving the tag broke off halfway.
 */
async function ownTags(
  store: { getMany(keys: readonly string[]): Promise<(TagRecord | undefined)[]> },
  { id }: Repository,
  { digest }: ImageSummary,
  tags: readonly string[],
): Promise<string[]> {
  const records = await store.getMany(tags.map((tag) => keys.tag(id, tag)));
  return tags.filter((_, i) => records[i]?.image.digest === digest);
}

/**
 * Lists the keys that start with a prefix, and returns the last part of each key. The commit of the transaction
 * succeeds even if keys with this prefix are added or removed meanwhile.
 */
export async function namesInTransaction(transaction: Transaction, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (let more = true, after = prefix; more; ) {
    const page = await transaction.list({ prefix, after, limit: 1000 });
    names.push(...page.entries.map(({ key }) => lastPart(key)));
    after = page.entries.at(-1)?.key ?? after;
    more = page.more;
  }
  return names;
}
