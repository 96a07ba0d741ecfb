import { repositoryAlreadyExists } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import { announceAfter } from '../announce.ts';
import type { Context } from '../context.ts';
import type { RegistryRef } from '../registries/registry.ts';
import { countUp, type UsageRecord } from './counts.ts';
import { nextId } from './next-id.ts';
import {
  type DeletedRepository,
  existing,
  nameOf,
  type PrivateSettings,
  type Repository,
  type RepositoryRecord,
  repositoryOf,
  type StoredRepository,
} from './repository.ts';

/** Writes additional records in the same commit as a new repository. `id` is the id of the new repository. */
export type AlongWith = (transaction: Transaction, id: string) => void | Promise<void>;

interface NewRepository {
  readonly name: string;
  readonly settings?: PrivateSettings;
  readonly alongWith: AlongWith;
}

/**
 * Creates a repository.
 * @throws RepositoryAlreadyExistsException if the registry already has a repository with this name
 * @throws LimitExceededException if the registry has reached its quota of repositories
 */
export async function createRepository(
  context: Context,
  registry: RegistryRef,
  { name, settings, alongWith }: NewRepository,
): Promise<Repository> {
  const key = keys.repository(registry.key, name);
  let id = context.repositoryIds();
  return context.store.transact(async (transaction) => {
    const before = await transaction.read<StoredRepository>(key);
    if (existing(before)) throw repositoryAlreadyExists(nameOf({ registry, name }));
    id = await nextId(context, transaction, { key, before: before as DeletedRepository | undefined, given: id });
    await countUp(context, transaction, registry, name);
    const record: RepositoryRecord = {
      id,
      name,
      createdAt: context.clock(),
      typedReferrers: true,
      ...(settings ? { settings } : {}),
    };
    transaction.put(keys.usage(id), { images: 0 } satisfies UsageRecord);
    await alongWith(transaction, id);
    const seen = transaction.put(key, record);
    const repository = repositoryOf(registry, record, seen);
    announceAfter({ context, transaction, repository }, { type: 'createRepository' });
    return repository;
  });
}
