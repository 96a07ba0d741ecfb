import * as access from '../access/door.ts';
import type { Address, HostPath, Place } from '../access/place.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { parseAddress } from '../domain/registries/addresses.ts';
import { privateRegistry, type RegistryRef } from '../domain/registries/registry.ts';

/**
 * The rules that apply if the specification allows something that the services' API refuses, or if the two do different
 * things.
 */
export type Rules = 'specification' | 'service';

/** A repository as a call of the distribution protocol names it. */
export interface At {
  readonly at: Place;
}

/** Finds which repository `<host>/<path>` means. */
export async function locate(context: Context, caller: Caller, place: HostPath): Promise<Address> {
  return access.locate(context, caller, place);
}

/**
 * Finds the private registry that a host stands for. Needs no repository name.
 * @returns undefined if the host serves a public registry
 */
export function privateRegistryAt(caller: Caller, host: string): RegistryRef | undefined {
  const place = parseAddress(host, '');
  if (place.kind === 'public') return undefined;
  return place.kind === 'private'
    ? privateRegistry(place.accountId, place.region)
    : privateRegistry(caller.accountId, caller.region);
}
