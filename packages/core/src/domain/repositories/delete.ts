import { repositoryNotEmpty, repositoryNotFound } from '../../errors.ts';
import type { Transaction } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import type { RegistryRef } from '../registries/registry.ts';
import { countDown, type UsageRecord } from './counts.ts';
import { found, nameOf, type Repository, type RepositoryRecord } from './repository.ts';

/** Deletes it and, with `force`, its images. What was under its id is collected later. */
export async function deleteRepository(
  context: Context,
  registry: RegistryRef,
  name: string,
  force: boolean,
): Promise<Repository> {
  const key = keys.repository(registry.key, name);
  return context.store.transact(async (transaction) => {
    const record = await transaction.read<RepositoryRecord>(key);
    if (!record) throw repositoryNotFound(nameOf(registry, name));
    if (!force && (await hasImages(transaction, record.id))) throw repositoryNotEmpty(nameOf(registry, name));
    await countDown(transaction, registry, name);
    transaction.put(keys.gone(record.id), { deletedAt: context.clock() });
    transaction.remove(key);
    transaction.remove(keys.usage(record.id));
    return found(registry, record, key);
  });
}

async function hasImages(transaction: Transaction, id: string): Promise<boolean> {
  // Read for its version: an image that is pushed meanwhile changes it.
  await transaction.read<UsageRecord>(keys.usage(id));
  return (await transaction.list({ prefix: keys.pushedAll(id), limit: 1 })).entries.length > 0;
}
