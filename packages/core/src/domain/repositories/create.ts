import { repositoryAlreadyExists } from '../../errors.ts';
import type { Transaction } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import { announceAfter } from '../announce.ts';
import type { Context } from '../context.ts';
import { freeId } from '../free-id.ts';
import type { RegistryRef } from '../registries/registry.ts';
import { countUp, type UsageRecord } from './counts.ts';
import { nameOf, type PrivateSettings, type Repository, type RepositoryRecord, repositoryOf } from './repository.ts';

/** What the caller wants written in the same commit as the new repository. */
export type AlongWith = (transaction: Transaction, id: string) => void | Promise<void>;

interface NewRepository {
  readonly name: string;
  readonly settings?: PrivateSettings;
  readonly alongWith: AlongWith;
}

/**
 * Creates a repository.
 * @throws RepositoryAlreadyExistsException or LimitExceededException
 */
export async function createRepository(
  context: Context,
  registry: RegistryRef,
  { name, settings, alongWith }: NewRepository,
): Promise<Repository> {
  const key = keys.repository(registry.key, name);
  let id = context.ids();
  return context.store.transact(async (transaction) => {
    if ((await transaction.read(key)) !== undefined) throw repositoryAlreadyExists(nameOf({ registry, name }));
    // What a deleted repository had is under its id until it is collected.
    id = await freeId(context, id, async (taken) => {
      const [there, gone] = await transaction.readMany<Json>([keys.usage(taken), keys.gone(taken)]);
      return there ?? gone;
    });
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
