import type { RepositoryName } from '../../errors.ts';
import type { Seen } from '../../storage/seen.ts';
import type { RegistryRef } from '../registries/registry.ts';
import type { Mutability } from './tag-mutability.ts';

/** The settings that only private repositories have, as CreateRepository was told. */
export type PrivateSettings = Mutability & {
  readonly scanOnPush: boolean;
  readonly encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE';
  readonly kmsKey?: string;
};

/** What is stored of a repository. Nothing that a push changes is in it. */
export type RepositoryRecord = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly settings?: PrivateSettings;
  /** Whether all of its referrers are indexed by their type: if it was created before there was that index, some are not. */
  readonly typedReferrers?: true;
};

/**
 * Stands in the place of a deleted repository if commits are not atomic, and says its id. A place that sees the deletion
 * sees with it which repository was deleted, and so how the next one of the name is to be told from it. It stays: if it
 * went, some would see it and some not, and two who create the repository at once would take two ids.
 */
export type DeletedRepository = { readonly deleted: string };

/** What may be under the key of a repository. */
export type StoredRepository = RepositoryRecord | DeletedRepository;

/** Gives a record of a repository that exists; undefined if it was deleted. */
export const existing = (record: StoredRepository | undefined): RepositoryRecord | undefined =>
  record && 'id' in record ? record : undefined;

/** A repository that was found. */
export interface Repository extends RepositoryName {
  readonly registry: RegistryRef;
  readonly record: RepositoryRecord;
  readonly id: string;
  /** Its record as it was read: a write is held to it, so that nothing lands in a deleted repository. */
  readonly seen: Seen<RepositoryRecord>;
}

/** Gives the name by which errors tell of a repository, with the registry as the caller wrote it. */
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

/** Gives the repository whose record was read; undefined if it does not exist. */
export function repositoryIn(registry: RegistryRef, seen: Seen<StoredRepository> | undefined): Repository | undefined {
  const record = existing(seen?.value);
  return record && seen && repositoryOf(registry, record, { ...seen, value: record });
}
