import { parseAddress } from '../domain/addresses.ts';
import type { Caller, Context } from '../domain/context.ts';
import { accountOfAlias, privateRegistry, publicRegistry, type RegistryRef } from '../domain/registries.ts';
import { needRepository, type Repository } from '../domain/repositories.ts';
import { nameInvalid, repositoryNotFound } from '../errors.ts';

/** A repository as a client addresses it; it need not exist. */
export interface Address {
  readonly registry: RegistryRef;
  readonly name: string;
}

/** Whose rules hold where the specification allows what the services' API refuses, or the two do different things. */
export type Rules = 'specification' | 'service';

/** The grammar of `<name>` in the OCI distribution specification ("Pulling manifests"). */
const nameGrammar = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const longestName = 256;

/**
 * Which repository `<host>/<path>` means. AWS's own hosts name the registry; elsewhere a path that
 * starts with a public registry's alias is public, and any other is private, of the caller's account
 * and region.
 */
export async function locate(context: Context, caller: Caller, host: string, path: string): Promise<Address> {
  if (path.length > longestName || !nameGrammar.test(path)) throw nameInvalid(path);
  const place = parseAddress(host, path);
  if (place.kind === 'private') {
    return { registry: privateRegistry(place.accountId, place.region), name: place.name };
  }
  const [alias, name] = place.kind === 'public' ? [place.alias, place.name] : [place.first, place.rest];
  const owner = name === '' ? undefined : await accountOfAlias(context, alias);
  if (owner !== undefined) return { registry: publicRegistry(owner, alias), name };
  if (place.kind === 'public') throw repositoryNotFound({ registryId: alias, repositoryName: name });
  return { registry: privateRegistry(caller.accountId, caller.region), name: place.name };
}

/** The private registry that a host means without the name of a repository; undefined where it is a public one's. */
export function privateRegistryAt(caller: Caller, host: string): RegistryRef | undefined {
  const place = parseAddress(host, '');
  if (place.kind === 'public') return undefined;
  return place.kind === 'private'
    ? privateRegistry(place.accountId, place.region)
    : privateRegistry(caller.accountId, caller.region);
}

export const repositoryAt = (context: Context, { registry, name }: Address): Promise<Repository> =>
  needRepository(context, registry, name);
