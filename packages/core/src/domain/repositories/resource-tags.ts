import { tooManyTags } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { Context } from '../context.ts';
import { changeRepository } from './change.ts';
import type { Repository } from './repository.ts';

/** A resource tag. */
export type ResourceTag = readonly [key: string, value: string];

type TagsRecord = { readonly tags: readonly ResourceTag[] };

/** Writes the tags of a repository that is being created. */
export function putNewTags(transaction: Transaction, id: string, tags: readonly ResourceTag[]): void {
  if (tags.length > 0) transaction.put(keys.resourceTags(id), { tags } satisfies TagsRecord);
}

/**
 * Checks the number of resource tags.
 * @throws TooManyTagsException if there are more tags than a repository may have
 */
export function limitTags(context: Context, kind: 'public' | 'private', count: number): void {
  const limit = context.limits[kind].tagsPerResource;
  if (count > limit) throw tooManyTags(limit);
}

/** Reads the tags of a repository, in the order in which they were added. */
export async function readTags(context: Context, repository: Repository): Promise<readonly ResourceTag[]> {
  return (await context.store.get<TagsRecord>(keys.resourceTags(repository.id)))?.tags ?? [];
}

/** Changes the tags of a repository as `change` does, all or nothing. */
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
