import type { Place } from '../../access/place.ts';
import type { Caller } from '../../domain/caller.ts';
import { resolvePrivateRegistry } from '../../domain/registries/registry.ts';

interface Named {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/**
 * Returns the address of the repository that an input names, in the region of the caller. `registryId` is an account;
 * the caller's account by default.
 */
export const placeOf = (caller: Caller, { registryId, repositoryName: name }: Named): Place => ({
  registry: resolvePrivateRegistry(caller, registryId),
  name,
});
