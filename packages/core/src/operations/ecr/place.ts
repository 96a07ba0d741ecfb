import type { Place } from '../../access/place.ts';
import type { Caller } from '../../domain/caller.ts';
import { resolvePrivateRegistry } from '../../domain/registries/registry.ts';

interface Named {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/**
 * Returns the address of the repository that the input of an operation names, in the region of the caller. `registryId`
 * is an AWS account id. If `registryId` is undefined, the repository is in the registry of the caller's account.
 */
export const placeOf = (caller: Caller, { registryId, repositoryName: name }: Named): Place => ({
  registry: resolvePrivateRegistry(caller, registryId),
  name,
});
