import type { Place } from '../../access/place.ts';
import type { Caller } from '../../domain/caller.ts';
import { parsePublicRepositoryArn } from '../../domain/registries/addresses.ts';
import { isAccount, publicRegistry } from '../../domain/registries/registry.ts';

interface Named {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/**
 * Returns the address of the repository that the input of an operation names. `registryId` is an AWS account id or the
 * alias of a registry. If `registryId` is undefined, the repository is in the registry of the caller's account.
 */
export function placeOf({ accountId }: Caller, { registryId = accountId, repositoryName: name }: Named): Place {
  return isAccount(registryId) ? { registry: publicRegistry(registryId), name } : { alias: registryId, name };
}

/**
 * Returns the address of the public repository that an ARN names.
 * @throws InvalidParameterException if `arn` is the ARN of anything else, because only repositories have resource tags
 */
export function placeOfArn(arn: string): Place {
  const { accountId, name } = parsePublicRepositoryArn(arn);
  return { registry: publicRegistry(accountId), name };
}
