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
 * Finds an image by its digest. Text that only looks like a digest is not looked up: nothing is kept under it, and it
 * may be longer than a key.
 */
export const findImage = async (
  context: Context,
  repository: Repository,
  digest: string,
): Promise<ImageRecord | undefined> =>
  isDigest(digest) ? context.store.get<ImageRecord>(keys.image(repository.id, digest)) : undefined;

export const findTag = (context: Context, repository: Repository, tag: string): Promise<TagRecord | undefined> =>
  context.store.get<TagRecord>(keys.tag(repository.id, tag));

/** Reads the manifest that a tag or a digest names; undefined if the image does not exist, or was deleted meanwhile. */
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

/** Finds the image that a tag points at, with the place of its manifest. On a remote storage one read gives both. */
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
  // If reads lag, one of the two may be older. If not even the image can be seen yet, the image that the tag named
  // before is returned.
  return (await findImage(context, repository, image.digest)) ?? seen;
}

/** Lists the tags of an image, by name. */
export async function tagsOf(context: Context, repository: Repository, image: ImageSummary): Promise<string[]> {
  const prefix = keys.pushedTags(repository.id, image.pushedAt, image.digest);
  const tags: string[] = [];
  for await (const { key } of context.store.all(prefix)) tags.push(lastPart(key));
  const { atomicCommit } = await context.store.guarantees();
  return atomicCommit ? tags : ownTags(context.store, repository, image, tags);
}

/** Lists the tags of an image whose record the transaction has read. Every change of its tags changes that record. */
export async function tagsInTransaction(
  { transaction, repository }: RepositoryChange,
  image: ImageSummary,
): Promise<string[]> {
  const tags = await namesInTransaction(transaction, keys.pushedTags(repository.id, image.pushedAt, image.digest));
  if (transaction.atomic) return tags;
  return ownTags({ getMany: (keys) => transaction.readMany(keys) }, repository, image, tags);
}

/**
 * Gives only the tags that really point at the image. If commits are not atomic, the move of a tag may have broken off
 * when the tag already pointed elsewhere.
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

/** Reads the last parts of the keys that start with a prefix. The commit does not fail if these keys change. */
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
