import * as access from '../access/door.ts';
import type { Address, HostPath, Place } from '../access/place.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { parseAddress } from '../domain/registries/addresses.ts';
import { privateRegistry, type RegistryRef } from '../domain/registries/registry.ts';

/**
 * The rules for a call if the OCI distribution specification and the AWS API differ: `specification` follows the OCI
 * specification, and `service` follows the AWS API.
 */
export type Rules = 'specification' | 'service';

/** The part of a call of the distribution protocol that names the repository. */
export interface At {
  readonly at: Place;
}

/**
 * Returns the registry and the name of the repository that `<host>/<path>` means. The repository need not exist.
 * @throws RepositoryNotFoundException if the host or path names a registry by an alias that no registry has
 */
export async function locate(context: Context, caller: Caller, place: HostPath): Promise<Address> {
  return access.locate(context, caller, place);
}

/**
 * Returns the private registry that a host stands for. If the host is not one of AWS's own hosts, the result is the
 * private registry of the caller's account and region.
 * @returns undefined if the host is one of ECR Public's own hosts
 */
export function privateRegistryAt(caller: Caller, host: string): RegistryRef | undefined {
  const place = parseAddress(host, '');
  if (place.kind === 'public') return undefined;
  return place.kind === 'private'
    ? privateRegistry(place.accountId, place.region)
    : privateRegistry(caller.accountId, caller.region);
}
