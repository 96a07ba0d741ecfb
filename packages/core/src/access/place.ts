import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { parseAddress } from '../domain/registries/addresses.ts';
import { isOwnAlias, mayBeAlias, ownerOf } from '../domain/registries/aliases.ts';
import { privateRegistry, publicRegistry, type RegistryRef } from '../domain/registries/registry.ts';
import type { RegistryRecord } from '../domain/registries/registry-record.ts';
import { nameOf, type StoredRepository } from '../domain/repositories/repository.ts';
import { isObject } from '../domain/text.ts';
import { nameInvalid, type RepositoryName, repositoryNotFound } from '../errors.ts';
import { keys } from '../storage/keys.ts';
import type { Json } from '../storage/port.ts';
import type { Seen } from '../storage/seen.ts';

/** A repository in a registry. It need not exist. */
export interface Address {
  readonly registry: RegistryRef;
  readonly name: string;
}

/** A repository as clients of the OCI distribution protocol name it. It need not exist. */
export interface HostPath {
  readonly host: string;
  readonly path: string;
}

/** A repository of the public registry that has an alias. */
export interface AliasedName {
  readonly alias: string;
  readonly name: string;
}

/** A repository as a call names it. */
export type Place = Address | AliasedName | HostPath;

/** The grammar of `<name>` in the OCI distribution specification ("Pulling manifests"). */
const nameGrammar = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const longestName = 256;

/**
 * Reads a host and a path as a client wrote them.
 * @throws InvalidParameterException if the path cannot name a repository, or the host names a region that cannot exist
 */
function read({ host, path }: HostPath): ReturnType<typeof parseAddress> {
  if (path.length > longestName || !nameGrammar.test(path)) throw nameInvalid(path);
  return parseAddress(host, path);
}

/**
 * Checks the form of a place.
 * @throws InvalidParameterException if no repository can have it
 */
export const checkPlace = (place: HostPath): void => void read(place);

/** Whether a value names a repository. */
export function isPlace(value: unknown): value is Place {
  if (!isObject(value)) return false;
  const has = (...members: readonly string[]) => members.every((member) => typeof value[member] === 'string');
  return has('host', 'path') || has('alias', 'name') || (has('name') && isObject(value.registry));
}

/** The repositories that a place may mean: the one with the alias if somebody has the alias, otherwise the other one. */
interface Meant {
  readonly aliased: AliasedName | undefined;
  readonly otherwise: Address | undefined;
}

/**
 * Reads a place. AWS's own hosts name the registry. On other hosts a path that starts with the alias of a public registry
 * is public, and any other path is private, of the caller's account and region.
 */
function meantBy(caller: Caller, place: Place): Meant {
  if ('registry' in place) return { aliased: undefined, otherwise: place };
  if ('alias' in place) return { aliased: place, otherwise: undefined };
  const parsed = read(place);
  if (parsed.kind === 'private') {
    return {
      aliased: undefined,
      otherwise: { registry: privateRegistry(parsed.accountId, parsed.region), name: parsed.name },
    };
  }
  if (parsed.kind === 'public') return { aliased: parsed.name === '' ? undefined : parsed, otherwise: undefined };
  const otherwise = { registry: privateRegistry(caller.accountId, caller.region), name: parsed.name };
  return { aliased: parsed.rest === '' ? undefined : { alias: parsed.first, name: parsed.rest }, otherwise };
}

/** The address of a repository, and the record of the repository if it was read in the same call. */
interface Found {
  readonly address: Address;
  readonly seen: Seen<StoredRepository> | undefined;
}

/** Gives the address if it is known without reading the owner of the alias; undefined otherwise. */
function knownAddress(context: Context, { aliased, otherwise }: Meant): Address | undefined {
  if (!aliased || !mayBeAlias(aliased.alias)) return otherwise;
  return isOwnAlias(context, aliased.alias) ? addressOf(context.accountId, aliased) : undefined;
}

/**
 * Finds the registry and the name of a repository. The storage is read only if the place has an alias.
 * @throws RepositoryNotFoundException if no registry has the alias
 */
export async function findAddress(context: Context, caller: Caller, place: Place): Promise<Address> {
  return knownAddress(context, meantBy(caller, place)) ?? (await findPlace(context, caller, place)).address;
}

const repositoryKey = ({ registry, name }: Address): string => keys.repository(registry.key, name);

/**
 * Finds a repository, and reads its record and the owner of its alias in one call.
 * @throws RepositoryNotFoundException if no registry has the alias
 */
export async function findPlace(context: Context, caller: Caller, place: Place): Promise<Found> {
  const meant = meantBy(caller, place);
  const { aliased, otherwise } = meant;
  const readAt = async (address: Address): Promise<Found> => {
    const [seen] = await context.store.see<StoredRepository>([repositoryKey(address)]);
    return { address, seen };
  };
  const known = knownAddress(context, meant);
  if (known) return readAt(known);
  if (!aliased || !mayBeAlias(aliased.alias)) throw repositoryNotFound(writtenName(place));
  const own = addressOf(context.accountId, aliased);
  const [owner, registry, inOwn, other] = await context.store.see<Json>([
    keys.alias(aliased.alias),
    keys.registry(own.registry.key),
    ...[own, ...(otherwise ? [otherwise] : [])].map(repositoryKey),
  ]);
  const accountId = ownerOf(context, aliased.alias, owner?.value, registry?.value as RegistryRecord | undefined);
  if (accountId === context.accountId) return { address: own, seen: inOwn as Seen<StoredRepository> };
  if (accountId !== undefined) return readAt(addressOf(accountId, aliased));
  if (!otherwise) throw repositoryNotFound(writtenName(place));
  return { address: otherwise, seen: other as Seen<StoredRepository> };
}

const addressOf = (accountId: string, { alias, name }: AliasedName): Address => ({
  registry: publicRegistry(accountId, alias),
  name,
});

/** Gives the name for the error about a place that no registry has. */
function writtenName(place: Place): RepositoryName {
  if ('registry' in place) return nameOf(place);
  if ('alias' in place) return { registryId: place.alias, repositoryName: place.name };
  const [alias = '', ...rest] = place.path.split('/');
  return { registryId: alias, repositoryName: rest.join('/') };
}
