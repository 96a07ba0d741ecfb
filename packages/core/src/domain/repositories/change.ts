import { repositoryNotFound } from '../../errors.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { Context } from '../context.ts';
import { type Repository, repositoryOf } from './repository.ts';

/**
 * A transaction that changes one repository. Its writes are applied only if the record of the repository has not
 * changed since the record was read.
 */
export interface RepositoryChange {
  readonly context: Context;
  readonly repository: Repository;
  readonly transaction: Transaction;
}

/**
 * Runs a transaction that changes one repository, and returns the result of `attempt`. If a record that `attempt` has
 * read changes before the commit, reads the record of the repository again, and runs `attempt` again.
 * @throws RepositoryNotFoundException if the repository has been deleted since it was opened
 */
export function changeRepository<T>(
  context: Context,
  repository: Repository,
  attempt: (change: RepositoryChange) => Promise<T>,
): Promise<T> {
  return context.store.transact(async (transaction) => attempt(await begin(context, transaction, repository)));
}

/**
 * Makes the commit of a transaction depend on the record of a repository: the commit fails if the record changes.
 * Returns the transaction together with the current state of the repository.
 * @throws RepositoryNotFoundException if the repository has been deleted since it was opened
 */
export const begin = async (
  context: Context,
  transaction: Transaction,
  repository: Repository,
): Promise<RepositoryChange> => ({ context, transaction, repository: await hold(transaction, repository) });

/**
 * Makes the commit of a transaction depend on the record of a repository, and returns the current state of the
 * repository. The commit fails if the record changes.
 * @throws RepositoryNotFoundException if the repository has been deleted since it was opened
 */
export async function hold(transaction: Transaction, repository: Repository): Promise<Repository> {
  const { registry, id, seen } = repository;
  const record = await transaction.read(seen);
  if (record?.id !== id) throw repositoryNotFound(repository);
  return record === seen.value ? repository : repositoryOf(registry, record, seen);
}
