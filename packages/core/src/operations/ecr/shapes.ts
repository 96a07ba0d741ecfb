import type { Context } from '../../domain/context.ts';
import { privateRepositoryUri, repositoryArn } from '../../domain/registries/addresses.ts';
import type { PrivateSettings, Repository } from '../../domain/repositories/repository.ts';
import type { Ecr } from '../../model/index.ts';

/**
 * This file has the functions that create objects for the responses of Amazon ECR, such as the description of a
 * repository.
 */

const standard: PrivateSettings = { imageTagMutability: 'MUTABLE', scanOnPush: false, encryptionType: 'AES256' };

export function describeRepository(context: Context, { registry, record }: Repository): Ecr.Repository {
  const { imageTagMutability, exclusionFilters, scanOnPush, encryptionType, kmsKey } = record.settings ?? standard;
  return {
    repositoryArn: repositoryArn(registry, record.name),
    registryId: registry.accountId,
    repositoryName: record.name,
    repositoryUri: privateRepositoryUri(context, registry, record.name),
    createdAt: new Date(record.createdAt),
    imageTagMutability,
    ...(exclusionFilters
      ? {
          imageTagMutabilityExclusionFilters: exclusionFilters.map((filter) => ({
            filterType: 'WILDCARD' as const,
            filter,
          })),
        }
      : {}),
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: { encryptionType, ...(kmsKey === undefined ? {} : { kmsKey }) },
  };
}
