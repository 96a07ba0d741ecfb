import { repositoryNotEmpty } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import { announceAfter } from '../announce.ts';
import type { Context } from '../context.ts';
import { changeRepository, type RepositoryChange } from './change.ts';
import { countDown, type UsageRecord } from './counts.ts';
import type { Repository, StoredRepository } from './repository.ts';

/** A deleted repository. It names the key that the repository had, unless an earlier version of Coracle wrote it. */
export type GoneRecord = { readonly deletedAt: number; readonly repository?: string };

/**
 * Deletes a repository and, with `force`, its images. The records under its id are collected later.
 * @throws RepositoryNotEmptyException if it has images and `force` is false
 */
export async function deleteRepository(
  context: Context,
  repository: Repository,
  { force }: { readonly force: boolean },
): Promise<void> {
  const { registry, id, record, seen } = repository;
  await changeRepository(context, repository, async (change) => {
    const { transaction } = change;
    if (!force && (await hasImages(change))) throw repositoryNotEmpty(repository);
    await countDown(transaction, registry, record.name);
    transaction.put(keys.gone(id), { deletedAt: context.clock(), repository: seen.key } satisfies GoneRecord);
    if (transaction.atomic) transaction.remove(seen.key);
    else transaction.put<StoredRepository>(seen.key, { deleted: id });
    transaction.remove(keys.usage(id));
    announceAfter(change, { type: 'deleteRepository' });
  });
}

async function hasImages({ transaction, repository: { id } }: RepositoryChange): Promise<boolean> {
  // The record is read for its version: an image that is pushed meanwhile changes it.
  await transaction.read<UsageRecord>(keys.usage(id));
  return (await transaction.list({ prefix: keys.pushedAll(id), limit: 1 })).entries.length > 0;
}
