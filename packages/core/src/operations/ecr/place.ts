import type { Place } from '../../access/place.ts';
import type { Caller } from '../../domain/caller.ts';
import { resolvePrivateRegistry } from '../../domain/registries/registry.ts';

interface Named {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/** Gives the repository that an input names, in the caller's region. */
export const placeOf = (caller: Caller, { registryId, repositoryName: name }: Named): Place => ({
  registry: resolvePrivateRegistry(caller, registryId),
  name,
});
