import type { Place } from '../../access/place.ts';
import type { Caller } from '../../domain/caller.ts';
import { parsePublicRepositoryArn } from '../../domain/registries/addresses.ts';
import { isAccount, publicRegistry } from '../../domain/registries/registry.ts';

interface Named {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/**
 * Returns the address of the repository that an input names. `registryId` is an account or the alias of a registry; the
 * caller's account by default.
 */
export function placeOf({ accountId }: Caller, { registryId = accountId, repositoryName: name }: Named): Place {
  return isAccount(registryId) ? { registry: publicRegistry(registryId), name } : { alias: registryId, name };
}

/**
 * Returns the address of the repository that an ARN names. ARNs of anything else are invalid, because only repositories
 * have resource tags.
 */
export function placeOfArn(arn: string): Place {
  const { accountId, name } = parsePublicRepositoryArn(arn);
  return { registry: publicRegistry(accountId), name };
}
