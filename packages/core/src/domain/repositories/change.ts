import { repositoryNotFound } from '../../errors.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { Context } from '../context.ts';
import { type Repository, repositoryOf } from './repository.ts';

/** A change of one repository. Its writes are applied only if the record of the repository has not changed since. */
export interface RepositoryChange {
  readonly context: Context;
  readonly repository: Repository;
  readonly transaction: Transaction;
}

/**
 * Changes what belongs to a repository, as `Store.transact` does it. The record of the repository is not read again,
 * unless an attempt has failed.
 * @throws RepositoryNotFoundException if the repository was deleted meanwhile
 */
export function changeRepository<T>(
  context: Context,
  repository: Repository,
  attempt: (change: RepositoryChange) => Promise<T>,
): Promise<T> {
  return context.store.transact(async (transaction) => attempt(await begin(context, transaction, repository)));
}

/**
 * Begins the change of a repository in a transaction.
 * @throws RepositoryNotFoundException if the repository was deleted meanwhile
 */
export const begin = async (
  context: Context,
  transaction: Transaction,
  repository: Repository,
): Promise<RepositoryChange> => ({ context, transaction, repository: await hold(transaction, repository) });

/**
 * Holds a transaction to a repository, and gives the repository's current state.
 * @throws RepositoryNotFoundException if the repository was deleted meanwhile
 */
export async function hold(transaction: Transaction, repository: Repository): Promise<Repository> {
  const { registry, id, seen } = repository;
  const record = await transaction.read(seen);
  if (record?.id !== id) throw repositoryNotFound(repository);
  return record === seen.value ? repository : repositoryOf(registry, record, seen);
}
