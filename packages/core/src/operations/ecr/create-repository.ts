import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { partition } from '../../domain/registries/addresses.ts';
import { type RegistryRef, resolvePrivateRegistry } from '../../domain/registries/registry.ts';
import { createRepository as create } from '../../domain/repositories/create.ts';
import type { PrivateSettings } from '../../domain/repositories/repository.ts';
import { limitTags, putNewTags } from '../../domain/repositories/resource-tags.ts';
import { invalidParameter } from '../../errors.ts';
import type { Ecr } from '../../model/index.ts';
import { checkTags } from '../shared/resource-tags.ts';
import { describeRepository } from './shapes.ts';

/**
 * Creates a repository with its settings and resource tags. If a setting or a tag is invalid, no repository is created.
 */
export async function createRepository(
  context: Context,
  caller: Caller,
  input: Ecr.CreateRepositoryRequest,
): Promise<Ecr.CreateRepositoryResponse> {
  const registry = await access.openForCreation(context, caller, {
    registry: resolvePrivateRegistry(caller, input.registryId),
    name: input.repositoryName,
  });
  const tags = checkTags(input.tags ?? []);
  limitTags(context, 'private', tags.length);
  const settings = readSettings(context, registry, input);
  const repository = await create(context, registry, {
    name: input.repositoryName,
    settings,
    alongWith: (transaction, id) => putNewTags(transaction, id, tags),
  });
  return { repository: describeRepository(context, repository) };
}

function readSettings(context: Context, registry: RegistryRef, input: Ecr.CreateRepositoryRequest): PrivateSettings {
  const { imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters: filters } = input;
  const excluding = imageTagMutability.endsWith('_WITH_EXCLUSION');
  if (excluding !== (filters !== undefined)) {
    throw invalidParameter(
      'imageTagMutabilityExclusionFilters',
      `ImageTagMutabilityExclusionFilters ${excluding ? "can't" : 'must'} be null when imageTagMutability is set as ${imageTagMutability}`,
    );
  }
  const { encryptionType = 'AES256', kmsKey } = input.encryptionConfiguration ?? {};
  // If the caller gives no key, AWS answers with the ARN of the account's own managed key.
  const key = encryptionType === 'AES256' ? undefined : (kmsKey ?? managedKey(context, registry));
  return {
    imageTagMutability,
    ...(filters ? { exclusionFilters: filters.map(({ filter }) => filter) } : {}),
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryptionType,
    ...(key === undefined ? {} : { kmsKey: key }),
  };
}

const managedKey = (context: Context, { region, accountId }: RegistryRef): string =>
  `arn:${partition(region)}:kms:${region}:${accountId}:key/${context.ids()}`;
