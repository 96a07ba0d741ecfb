import type { RepositoryName } from '../../errors.ts';
import type { Seen } from '../../storage/seen.ts';
import type { RegistryRef } from '../registries/registry.ts';
import type { Mutability } from './tag-mutability.ts';

/** The settings that only private repositories have, as they were given to CreateRepository. */
export type PrivateSettings = Mutability & {
  readonly scanOnPush: boolean;
  readonly encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE';
  readonly kmsKey?: string;
};

/** The stored record of a repository. Nothing in it changes with a push. */
export type RepositoryRecord = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly settings?: PrivateSettings;
  /**
   * Whether all of its referrers are indexed by their type: if it was created before that index existed, some are not.
   */
  readonly typedReferrers?: true;
};

/**
 * The record that replaces a deleted repository if commits are not atomic. It has the repository's id.
 *
 * A place that sees the deletion also sees which repository was deleted, and so gives the next repository of the name
 * another id. The record is never removed. Otherwise some places would see it and some would not, and two places that
 * create the repository at once would take two ids.
 */
export type DeletedRepository = { readonly deleted: string };

/** The value under the key of a repository. */
export type StoredRepository = RepositoryRecord | DeletedRepository;

/** Gives a record of a repository that exists; undefined if it was deleted. */
export const existing = (record: StoredRepository | undefined): RepositoryRecord | undefined =>
  record && 'id' in record ? record : undefined;

/** A repository that was found. */
export interface Repository extends RepositoryName {
  readonly registry: RegistryRef;
  readonly record: RepositoryRecord;
  readonly id: string;
  /**
   * The repository's record, with the version that was read. A write fails if the record has changed since, so nothing
   * is written to a deleted repository.
   */
  readonly seen: Seen<RepositoryRecord>;
}

/** Gives the name of a repository in error texts, with the registry as the caller wrote it. */
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

/** Gives the repository whose record was read. */
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

/** Gives the repository whose record was read; undefined if the repository does not exist. */
export function repositoryIn(registry: RegistryRef, seen: Seen<StoredRepository> | undefined): Repository | undefined {
  const record = existing(seen?.value);
  return record && seen && repositoryOf(registry, record, { ...seen, value: record });
}
