import { repositoryNotEmpty } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import { announceAfter } from '../announce.ts';
import type { Context } from '../context.ts';
import { changeRepository, type RepositoryChange } from './change.ts';
import { countDown, type UsageRecord } from './counts.ts';
import type { Repository, StoredRepository } from './repository.ts';

/**
 * The record that says that a repository was deleted. `repository` is the storage key that the repository had; it is
 * missing if an early version of Coracle wrote the record.
 */
export type GoneRecord = { readonly deletedAt: number; readonly repository?: string };

/**
 * Deletes a repository. If `force` is true, its images are deleted too. The garbage collector later removes the records
 * that belonged to the repository.
 * @throws RepositoryNotEmptyException if the repository has images and `force` is false
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
