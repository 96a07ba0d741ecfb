import type { RepositoryName } from '../../errors.ts';
import type { Seen } from '../../storage/commit.ts';
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
