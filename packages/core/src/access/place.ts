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

/** The registry and the name of a repository. The repository need not exist. */
export interface Address {
  readonly registry: RegistryRef;
  readonly name: string;
}

/**
 * The host and the path by which a client of the OCI distribution protocol names a repository, such as `localhost:4747`
 * and `team/web`. The repository need not exist.
 */
export interface HostPath {
  readonly host: string;
  readonly path: string;
}

/** The alias of a public registry, and the name of a repository in this registry. */
export interface AliasedName {
  readonly alias: string;
  readonly name: string;
}

/**
 * The address of a repository, in one of the three forms that a call may use: registry and name, alias and name, or
 * host and path.
 */
export type Place = Address | AliasedName | HostPath;

/**
 * The pattern of a valid repository name, as the OCI distribution specification defines it for `<name>` ("Pulling
 * manifests").
 */
const nameGrammar = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const longestName = 256;

/**
 * Parses the host and the path by which a client names a repository.
 * @throws InvalidParameterException if the path is not a valid repository name, or if the host contains an invalid
 * region
 */
function read({ host, path }: HostPath): ReturnType<typeof parseAddress> {
  if (path.length > longestName || !nameGrammar.test(path)) throw nameInvalid(path);
  return parseAddress(host, path);
}

/**
 * Checks that a host and a path are a valid repository address. The repository need not exist.
 * @throws InvalidParameterException if the path is not a valid repository name, or if the host contains an invalid
 * region
 */
export const checkPlace = (place: HostPath): void => void read(place);

/**
 * Returns whether a value has one of the three forms of a repository address: registry and name, alias and name, or
 * host and path.
 */
export function isPlace(value: unknown): value is Place {
  if (!isObject(value)) return false;
  const has = (...members: readonly string[]) => members.every((member) => typeof value[member] === 'string');
  return has('host', 'path') || has('alias', 'name') || (has('name') && isObject(value.registry));
}

/**
 * The two repositories that an address may mean. If a public registry has the alias in `aliased`, the address means
 * `aliased`. Otherwise the address means `otherwise`. If only one of the two repositories is possible, the other member
 * is undefined.
 */
interface Meant {
  readonly aliased: AliasedName | undefined;
  readonly otherwise: Address | undefined;
}

/**
 * Returns the repositories that an address may mean. If the host is one of AWS's own hosts, the host says which
 * registry is meant. On any other host, a path that starts with the alias of a public registry means a public
 * repository. Any other path means a private repository of the caller's account and region.
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

/** The registry and the name of a repository, and the record of the repository. */
interface Found {
  readonly address: Address;
  readonly seen: Seen<StoredRepository> | undefined;
}

/**
 * Returns the registry and the name of the repository that an address means. Returns undefined if the storage must be
 * read first, to find out which account owns an alias in the address.
 */
function knownAddress(context: Context, { aliased, otherwise }: Meant): Address | undefined {
  if (!aliased || !mayBeAlias(aliased.alias)) return otherwise;
  return isOwnAlias(context, aliased.alias) ? addressOf(context.accountId, aliased) : undefined;
}

/**
 * Returns the registry and the name of the repository that an address means. Reads the storage only if the address may
 * contain an alias of another account.
 * @throws RepositoryNotFoundException if no registry has the alias in the address
 */
export async function findAddress(context: Context, caller: Caller, place: Place): Promise<Address> {
  return knownAddress(context, meantBy(caller, place)) ?? (await findPlace(context, caller, place)).address;
}

const repositoryKey = ({ registry, name }: Address): string => keys.repository(registry.key, name);

/**
 * Finds the repository that an address means, and reads the record of the repository. If the address contains an alias,
 * the same read of the storage also returns the owner of the alias.
 * @throws RepositoryNotFoundException if no registry has the alias in the address
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

/**
 * Returns the name of a repository as the caller wrote it, for the text of the error if no registry has the alias in
 * the address.
 */
function writtenName(place: Place): RepositoryName {
  if ('registry' in place) return nameOf(place);
  if ('alias' in place) return { registryId: place.alias, repositoryName: place.name };
  const [alias = '', ...rest] = place.path.split('/');
  return { registryId: alias, repositoryName: rest.join('/') };
}
