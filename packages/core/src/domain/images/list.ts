import { keys, lastPart, readPushed } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { nextTurn } from '../next-turn.ts';
import type { PageStart } from '../pages.ts';
import type { Repository } from '../repositories/repository.ts';
import type { ImageSummary, ImageWithTags, TagRecord } from './image.ts';

interface ImagesPage {
  readonly images: readonly ImageWithTags[];
  readonly last: string | undefined;
  readonly resume: string | undefined;
}

/** Returns a page of a repository's images, the earliest push first. Each image comes with all of its tags. */
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

/** The maximum number of records that one call of `store.list` returns. */
const mostListed = 1000;

const listedPerTurn = 5 * mostListed;

/**
 * The number of tags after which a page of images is full. The page can have more tags, because it always has all tags
 * of its last image, and one image may have a thousand tags.
 */
const mostTags = 10_000;

/** Reads a page of images with their tags. Usually one call of `store.list` is enough. */
async function readImages(context: Context, repository: Repository, start: PageStart): Promise<ImagesPage> {
  const prefix = keys.pushedAll(repository.id);
  const images: { image: ImageSummary; tags: string[] }[] = [];
  let lastKey: string | undefined;
  let { after, resume } = start;
  let [tags, listed] = [0, 0];
  // An image and one tag each is the common case. If there are more, each further list is twice as long.
  for (let limit = 2 * start.limit + 2; ; limit *= 2) {
    const page = await context.store.list({
      prefix,
      limit: Math.min(mostListed, limit),
      ...(after === undefined ? {} : { after }),
      ...(resume === undefined ? {} : { resume }),
    });
    for (const { key, value } of page.entries) {
      const { image, tag } = readPushed(key);
      if (tag === undefined) {
        const isFull = images.length === start.limit || tags > mostTags;
        if (isFull && lastKey !== undefined) {
          return { images, last: keys.afterPushed(lastKey), resume: page.resume };
        }
        images.push({ image: value as ImageSummary, tags: [] });
        lastKey = key;
      } else if (image === lastKey) {
        images.at(-1)?.tags.push(tag);
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

/** Returns a page of a repository's tags, sorted by name. Each tag comes with its record. */
export async function listTags(
  context: Context,
  repository: Repository,
  start: PageStart,
): Promise<{ tags: { tag: string; record: TagRecord }[]; last: string | undefined; resume: string | undefined }> {
  const prefix = keys.tags(repository.id);
  const page = await context.store.list({ prefix, ...start });
  return {
    tags: page.entries.map(({ key, value }) => ({ tag: lastPart(key), record: value as TagRecord })),
    last: page.more ? page.entries.at(-1)?.key : undefined,
    resume: page.resume,
  };
}

/**
 * Returns a page of the names of a repository's tags, sorted by name. Unlike `listTags`, it does not read the records
 * of the tags, which costs less if the storage reads records one by one.
 */
export async function listTagNames(
  context: Context,
  repository: Repository,
  start: PageStart,
): Promise<{ names: string[]; last: string | undefined; resume: string | undefined }> {
  const prefix = keys.tags(repository.id);
  const page = await context.store.list({ prefix, keysOnly: true, ...start });
  return {
    names: page.entries.map(({ key }) => lastPart(key)),
    last: page.more ? page.entries.at(-1)?.key : undefined,
    resume: page.resume,
  };
}
