import { isDigest } from '../digest/digest.ts';
import type { Transaction } from '../storage/commit.ts';
import { keys } from '../storage/keys.ts';
import type { Context } from './context.ts';
import { nextTurn } from './next-turn.ts';
import type { PageStart } from './pages.ts';
import { collectPieces, type Piece, putPiece } from './pieces.ts';
import type { Repository } from './repositories.ts';

/** What never changes of an image. */
export type ImageSummary = {
  readonly digest: string;
  readonly pushedAt: number;
  /** As the services compute it: config and layers; of a list, its largest image. */
  readonly size: number;
  readonly mediaType: string;
  readonly artifactMediaType?: string;
  readonly subject?: string;
};

/**
 * The place of a manifest's bytes: in the first piece, or in the record itself, as text. An image whose mentions are
 * many has them in a second piece.
 */
export type ManifestPlace = { readonly pieces: readonly [Piece, ...Piece[]] } | { readonly manifest: string };

/** An image: one manifest in one repository. Every change of its tags or of the lists that name it changes it. */
export type ImageRecord = ImageSummary &
  ManifestPlace & {
    readonly tags: number;
    readonly parents: number;
    /** The digests that the manifest mentions, if they are few: config and layers, or the images of a list. */
    readonly mentions?: readonly string[];
  };

/** A tag, with the image that it points at, so that a pull by tag reads no more than this. */
export type TagRecord = ManifestPlace & {
  readonly createdAt: number;
  readonly image: ImageSummary;
};

export interface ImageWithTags {
  readonly image: ImageSummary;
  readonly tags: readonly string[];
}

export interface StoredManifest extends ImageSummary {
  readonly bytes: Uint8Array;
}

export const tagPattern = '[a-zA-Z0-9-_.]+';
const tagLike = /^[a-zA-Z0-9\-_.]+$/;
const longestTag = 300;
/** Whether the services take this as the form of a tag. */
export const isTag = (tag: string): boolean => tag.length <= longestTag && tagLike.test(tag);

export const summaryOf = ({
  digest,
  pushedAt,
  size,
  mediaType,
  artifactMediaType,
  subject,
}: ImageSummary): ImageSummary => ({
  digest,
  pushedAt,
  size,
  mediaType,
  ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
  ...(subject === undefined ? {} : { subject }),
});

/** So that a tag's record stays small beside what else is read with it. */
const mostInRecord = 16 * 1024;

/**
 * Puts a manifest's bytes where its records can say. Where reads lag, a record may be seen before the piece that it
 * names, and each read takes a while: there a small manifest is part of the records themselves.
 */
export async function placeManifest(context: Context, bytes: Uint8Array): Promise<ManifestPlace> {
  if (bytes.length <= mostInRecord && context.store.readsLag) {
    const manifest = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    // What is no UTF-8 would not come back as it was.
    if (sameBytes(new TextEncoder().encode(manifest), bytes)) return { manifest };
  }
  return { pieces: [await putPiece(context, bytes)] };
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, at) => byte === right[at]);

export const placeOf = (record: ManifestPlace): ManifestPlace =>
  'manifest' in record ? { manifest: record.manifest } : { pieces: [record.pieces[0]] };

/** The bytes of a manifest; undefined where they are gone, because what named them went meanwhile. */
export function readManifest(context: Context, record: ManifestPlace): Promise<Uint8Array | undefined> {
  return 'manifest' in record
    ? Promise.resolve(new TextEncoder().encode(record.manifest))
    : collectPieces(context, [record.pieces[0]]);
}

/** Nothing is kept under what only looks like a digest; it may also be longer than a key. */
export const findImage = async (
  context: Context,
  repository: Repository,
  digest: string,
): Promise<ImageRecord | undefined> =>
  isDigest(digest) ? context.store.get<ImageRecord>(keys.image(repository.id, digest)) : undefined;

export const findTag = (context: Context, repository: Repository, tag: string): Promise<TagRecord | undefined> =>
  context.store.get<TagRecord>(keys.tag(repository.id, tag));

/** The manifest that a tag or a digest names; undefined where there is none, also where it went meanwhile. */
export async function findManifest(
  context: Context,
  repository: Repository,
  id: { readonly tag: string } | { readonly digest: string },
): Promise<StoredManifest | undefined> {
  const found =
    'tag' in id ? await findTag(context, repository, id.tag) : await findImage(context, repository, id.digest);
  if (!found) return undefined;
  const bytes = await readManifest(context, found);
  return bytes && { ...('image' in found ? found.image : summaryOf(found)), bytes };
}

/** The tags of an image, by name. */
export async function tagsOf(context: Context, repository: Repository, image: ImageSummary): Promise<string[]> {
  const prefix = keys.pushedTags(repository.id, image.pushedAt, image.digest);
  const tags: string[] = [];
  for await (const { key } of context.store.all(prefix)) tags.push(key.slice(prefix.length));
  const { atomicCommit } = await context.store.guarantees();
  return atomicCommit ? tags : ownTags(context.store, repository, image, tags);
}

/** The tags of an image that a transaction holds: every change of them changes the image's own record. */
export async function tagsInTransaction(
  transaction: Transaction,
  repository: Repository,
  image: ImageSummary,
): Promise<string[]> {
  const tags = await namesInTransaction(transaction, keys.pushedTags(repository.id, image.pushedAt, image.digest));
  if (transaction.atomic) return tags;
  return ownTags({ getMany: (keys) => transaction.readMany(keys) }, repository, image, tags);
}

/**
 * Those of the tags beside an image that point at it. Where commits are not atomic, the move of one may have broken off
 * when it was already elsewhere.
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

/** What comes after a prefix in the keys that are there. They do not bind the commit: another record has to. */
export async function namesInTransaction(transaction: Transaction, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (let more = true, after = prefix; more; ) {
    const page = await transaction.list({ prefix, after, limit: 1000 });
    names.push(...page.entries.map(({ key }) => key.slice(prefix.length)));
    after = page.entries.at(-1)?.key ?? after;
    more = page.more;
  }
  return names;
}

interface ImagesPage {
  readonly images: readonly ImageWithTags[];
  readonly last: string | undefined;
  readonly resume: string | undefined;
}

/** A page of a repository's images by time of push, each with its tags. */
export async function listImages(context: Context, repository: Repository, start: PageStart): Promise<ImagesPage> {
  const page = await readImages(context, repository, start);
  if ((await context.store.guarantees()).atomicCommit) return page;
  const named = page.images.flatMap(({ tags }) => tags);
  const records = await context.store.getMany<TagRecord>(named.map((tag) => keys.tag(repository.id, tag)));
  const owners = new Map(named.map((tag, i) => [tag, records[i]?.image.digest]));
  const images = page.images.map(({ image, tags }) => ({
    image,
    tags: tags.filter((tag) => owners.get(tag) === image.digest),
  }));
  return { ...page, images };
}

/** Records of one list, and of as many as are looked at in one go. */
const mostListed = 1000;
const listedPerTurn = 5 * mostListed;

/** A page ends after an image with which it has more tags: each image may have a thousand. */
const mostTags = 10_000;

/** By as many lists as it takes, mostly one. */
async function readImages(context: Context, repository: Repository, start: PageStart): Promise<ImagesPage> {
  const prefix = keys.pushedAll(repository.id);
  const images: { image: ImageSummary; tags: string[] }[] = [];
  let lastKey: string | undefined;
  let { after, resume } = start;
  let [tags, listed] = [0, 0];
  // An image and one tag each is the common case. Where there are more, each further list is twice as long.
  for (let limit = 2 * start.limit + 2; ; limit *= 2) {
    const page = await context.store.list({
      prefix,
      limit: Math.min(mostListed, limit),
      ...(after === undefined ? {} : { after }),
      ...(resume === undefined ? {} : { resume }),
    });
    for (const { key, value } of page.entries) {
      const slash = key.indexOf('/', prefix.length);
      if (slash === -1) {
        const isFull = images.length === start.limit || tags > mostTags;
        if (isFull && lastKey !== undefined) {
          return { images, last: keys.afterPushed(lastKey), resume: page.resume };
        }
        images.push({ image: value as ImageSummary, tags: [] });
        lastKey = key;
      } else if (key.slice(0, slash) === lastKey) {
        images.at(-1)?.tags.push(key.slice(slash + 1));
        tags++;
      }
      after = key;
    }
    if (!page.more) return { images, last: undefined, resume: undefined };
    resume = page.resume;
    listed += page.entries.length;
    if (listed < listedPerTurn) continue;
    listed = 0;
    await nextTurn();
  }
}

/** A page of a repository's tags, by name. */
export async function listTags(
  context: Context,
  repository: Repository,
  start: PageStart,
): Promise<{ tags: { tag: string; record: TagRecord }[]; last: string | undefined; resume: string | undefined }> {
  const prefix = keys.tags(repository.id);
  const page = await context.store.list({ prefix, ...start });
  return {
    tags: page.entries.map(({ key, value }) => ({ tag: key.slice(prefix.length), record: value as TagRecord })),
    last: page.more ? page.entries.at(-1)?.key : undefined,
    resume: page.resume,
  };
}

/** The same page without the images, which costs less where records are read one by one. */
export async function listTagNames(
  context: Context,
  repository: Repository,
  start: PageStart,
): Promise<{ names: string[]; last: string | undefined; resume: string | undefined }> {
  const prefix = keys.tags(repository.id);
  const page = await context.store.list({ prefix, keysOnly: true, ...start });
  return {
    names: page.entries.map(({ key }) => key.slice(prefix.length)),
    last: page.more ? page.entries.at(-1)?.key : undefined,
    resume: page.resume,
  };
}
