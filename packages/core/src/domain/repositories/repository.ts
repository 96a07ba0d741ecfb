import type { RepositoryName } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { RegistryRef } from '../registries/registry.ts';
import type { Mutability } from './tag-mutability.ts';

/** What only private repositories have, as CreateRepository was told. */
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
  /** Its record's key: what a write must still find unchanged, so that nothing lands in a deleted repository. */
  readonly key: string;
}

export const nameOf = (registry: RegistryRef, name: string): RepositoryName => ({
  registryId: registry.writtenAs,
  repositoryName: name,
});

export const found = (
  registry: RegistryRef,
  record: RepositoryRecord,
  key = keys.repository(registry.key, record.name),
): Repository => ({
  registryId: registry.writtenAs,
  repositoryName: record.name,
  registry,
  record,
  id: record.id,
  key,
});
