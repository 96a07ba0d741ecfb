import type { RepositoryName } from '../../errors.ts';
import type { Seen } from '../../storage/seen.ts';
import type { RegistryRef } from '../registries/registry.ts';
import type { Mutability } from './tag-mutability.ts';

/**
 * The settings of a private repository, as CreateRepository received them. Public repositories do not have these
 * settings.
 */
export type PrivateSettings = Mutability & {
  readonly scanOnPush: boolean;
  readonly encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE';
  readonly kmsKey?: string;
};

/** The stored record of a repository. A push does not change it. */
export type RepositoryRecord = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly settings?: PrivateSettings;
  /**
   * Whether an index by artifact type contains all referrers of the repository. Missing if the repository was created
   * by an early version of Coracle, which did not have that index.
   */
  readonly typedReferrers?: true;
};

/**
 * The record that replaces the record of a deleted repository if commits are not atomic. `deleted` is the id of the
 * deleted repository.
 *
 * A process that reads this record knows which repository was deleted, and computes a different id for the next
 * repository of the same name. The record is never removed. If it were removed, some processes would still read it for
 * some time, and others would not. Two such processes that create the repository at the same time would compute two
 * different ids.
 */
export type DeletedRepository = { readonly deleted: string };

/**
 * The value that is stored under the key of a repository: the record of the repository or, after a deletion, the record
 * that replaces it.
 */
export type StoredRepository = RepositoryRecord | DeletedRepository;

/** Returns the record of a repository. Returns undefined if the repository does not exist or was deleted. */
export const existing = (record: StoredRepository | undefined): RepositoryRecord | undefined =>
  record && 'id' in record ? record : undefined;

/** A repository that exists, with the record that was read from the storage. */
export interface Repository extends RepositoryName {
  readonly registry: RegistryRef;
  readonly record: RepositoryRecord;
  readonly id: string;
  /**
   * The record of the repository, with the version that was read. A commit fails if the record has changed since then,
   * so nothing is written to a deleted repository.
   */
  readonly seen: Seen<RepositoryRecord>;
}

/**
 * Returns the name of a repository for error texts. `registryId` is the account id or the alias, as the caller wrote
 * it.
 */
export const nameOf = ({
  registry,
  name,
}: {
  readonly registry: RegistryRef;
  readonly name: string;
}): RepositoryName => ({
  registryId: registry.writtenAs,
  repositoryName: name,
});

/** Creates a `Repository` from its registry and its record. `seen` is the record with the version that was read. */
export const repositoryOf = (
  registry: RegistryRef,
  record: RepositoryRecord,
  seen: Seen<RepositoryRecord>,
): Repository => ({
  registryId: registry.writtenAs,
  repositoryName: record.name,
  registry,
  record,
  id: record.id,
  seen,
});

/**
 * Creates a `Repository` from the record that was read. Returns undefined if the repository does not exist or was
 * deleted.
 */
export function repositoryIn(registry: RegistryRef, seen: Seen<StoredRepository> | undefined): Repository | undefined {
  const record = existing(seen?.value);
  return record && seen && repositoryOf(registry, record, { ...seen, value: record });
}
