import * as access from '../access/door.ts';
import type { Address, HostPath, Place } from '../access/place.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { parseAddress } from '../domain/registries/addresses.ts';
import { privateRegistry, type RegistryRef } from '../domain/registries/registry.ts';

/**
 * Says which rules a call follows if the OCI distribution specification and the AWS API differ: with `specification`
 * the rules of the OCI specification, and with `service` the rules of the AWS API.
 */
export type Rules = 'specification' | 'service';

/** The argument of the distribution methods that says which repository the call is about. */
export interface At {
  readonly at: Place;
}

/**
 * Returns the registry and the name of the repository that `<host>/<path>` means. The repository need not exist.
 * @throws RepositoryNotFoundException if the host or the path contains an alias that no registry has
 */
export async function locate(context: Context, caller: Caller, place: HostPath): Promise<Address> {
  return access.locate(context, caller, place);
}

/**
 * Returns the private registry that a host serves. If the host is not one of AWS's own hosts, the result is the private
 * registry of the caller's account and region.
 * @returns undefined if the host is one of ECR Public's own hosts
 */
export function privateRegistryAt(caller: Caller, host: string): RegistryRef | undefined {
  const place = parseAddress(host, '');
  if (place.kind === 'public') return undefined;
  return place.kind === 'private'
    ? privateRegistry(place.accountId, place.region)
    : privateRegistry(caller.accountId, caller.region);
}
