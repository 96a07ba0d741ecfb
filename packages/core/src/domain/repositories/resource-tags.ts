import { tooManyTags } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { Context } from '../context.ts';
import { changeRepository } from './change.ts';
import type { Repository } from './repository.ts';

/** A tag of a repository as an AWS resource: a key and a value. It has nothing to do with the tags of images. */
export type ResourceTag = readonly [key: string, value: string];

type TagsRecord = { readonly tags: readonly ResourceTag[] };

/** Writes the AWS resource tags of a repository that is being created. */
export function putNewTags(transaction: Transaction, id: string, tags: readonly ResourceTag[]): void {
  if (tags.length > 0) transaction.put(keys.resourceTags(id), { tags } satisfies TagsRecord);
}

/**
 * Checks that a repository does not get more AWS resource tags than allowed.
 * @throws TooManyTagsException if `count` is greater than the limit `tagsPerResource`
 */
export function limitTags(context: Context, kind: 'public' | 'private', count: number): void {
  const limit = context.limits[kind].tagsPerResource;
  if (count > limit) throw tooManyTags(limit);
}

/** Reads the AWS resource tags of a repository, in the order in which they were added. */
export async function readTags(context: Context, repository: Repository): Promise<readonly ResourceTag[]> {
  return (await context.store.get<TagsRecord>(keys.resourceTags(repository.id)))?.tags ?? [];
}

/**
 * Changes the AWS resource tags of a repository. `change` edits a map of all tags of the repository, from key to value.
 * All changes are written together, or none.
 * @throws TooManyTagsException if the repository would have too many tags
 */
export async function changeTags(
  context: Context,
  repository: Repository,
  change: (tags: Map<string, string>) => void,
): Promise<void> {
  const key = keys.resourceTags(repository.id);
  await changeRepository(context, repository, async ({ transaction }) => {
    const before = await transaction.read<TagsRecord>(key);
    const tags = new Map(before?.tags);
    change(tags);
    limitTags(context, repository.registry.kind, tags.size);
    transaction.put(key, { tags: [...tags] } satisfies TagsRecord);
  });
}
