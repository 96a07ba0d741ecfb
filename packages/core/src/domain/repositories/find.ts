import { repositoryNotFound } from '../../errors.ts';
import type { Transaction } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import type { PageStart } from '../pages.ts';
import type { RegistryRef } from '../registries/registry.ts';
import { found, nameOf, type Repository, type RepositoryRecord } from './repository.ts';

export async function findRepository(
  context: Context,
  registry: RegistryRef,
  name: string,
): Promise<Repository | undefined> {
  const key = keys.repository(registry.key, name);
  const record = await context.store.get<RepositoryRecord>(key);
  return record && found(registry, record, key);
}

/** The repository, or RepositoryNotFoundException with the registry as the caller wrote it. */
export async function needRepository(context: Context, registry: RegistryRef, name: string): Promise<Repository> {
  const repository = await findRepository(context, registry, name);
  if (!repository) throw repositoryNotFound(nameOf(registry, name));
  return repository;
}

/** Holds a transaction to the repository's still being the one that was found. */
export async function stillThere(transaction: Transaction, repository: Repository): Promise<void> {
  await readIn(transaction, repository, []);
}

/** The records under these keys, read in one call with what `stillThere` holds the transaction to. */
export async function readIn<T extends Json>(
  transaction: Transaction,
  repository: Repository,
  keys: readonly string[],
): Promise<(T | undefined)[]> {
  const [record, ...others] = await transaction.readMany<Json>([repository.key, ...keys]);
  if ((record as RepositoryRecord | undefined)?.id !== repository.id) throw repositoryNotFound(repository);
  return others as (T | undefined)[];
}

/** All of these, in the order asked, or RepositoryNotFoundException for the first that is not there. */
export async function needRepositories(
  context: Context,
  registry: RegistryRef,
  names: readonly string[],
): Promise<Repository[]> {
  const wanted = [...new Set(names)];
  const records = await context.store.getMany<RepositoryRecord>(
    wanted.map((name) => keys.repository(registry.key, name)),
  );
  return wanted.map((name, i) => {
    const record = records[i];
    if (!record) throw repositoryNotFound(nameOf(registry, name));
    return found(registry, record, keys.repository(registry.key, name));
  });
}

/** A page of a registry's repositories, by name. */
export async function listRepositories(
  context: Context,
  registry: RegistryRef,
  start: PageStart,
): Promise<{ repositories: Repository[]; last: string | undefined; resume: string | undefined }> {
  const page = await context.store.list({ prefix: keys.repositories(registry.key), ...start });
  return {
    repositories: page.entries.map(({ key, value }) => found(registry, value as RepositoryRecord, key)),
    last: page.more ? page.entries.at(-1)?.key : undefined,
    resume: page.resume,
  };
}
