import type { Place } from '../../access/place.ts';
import type { Caller } from '../../domain/caller.ts';
import { parsePublicRepositoryArn } from '../../domain/registries/addresses.ts';
import { isAccount, publicRegistry } from '../../domain/registries/registry.ts';

interface Named {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/** Gives the repository that an input names. Its `registryId` is an account or an alias; the caller's account by default. */
export function placeOf({ accountId }: Caller, { registryId = accountId, repositoryName: name }: Named): Place {
  return isAccount(registryId) ? { registry: publicRegistry(registryId), name } : { alias: registryId, name };
}

/** Gives the repository that an ARN names: only repositories have tags. */
export function placeOfArn(arn: string): Place {
  const { accountId, name } = parsePublicRepositoryArn(arn);
  return { registry: publicRegistry(accountId), name };
}
