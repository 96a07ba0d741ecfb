import type { Caller, Context } from '../domain/context.ts';
import { parseAddress } from '../domain/registries/addresses.ts';
import { accountOfAlias } from '../domain/registries/aliases.ts';
import { privateRegistry, publicRegistry, type RegistryRef } from '../domain/registries/registry.ts';
import { needRepository } from '../domain/repositories/find.ts';
import { found, type Repository, type RepositoryRecord } from '../domain/repositories/repository.ts';
import { nameInvalid, repositoryNotFound } from '../errors.ts';
import { keys } from '../storage/keys.ts';
import type { Json } from '../storage/port.ts';

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
  const asPrivate = { registry: privateRegistry(caller.accountId, caller.region), name: place.name };
  const inOwn = { registry: publicRegistry(context.accountId, alias), name };
  const meant = place.kind === 'public' ? [inOwn] : [inOwn, asPrivate];
  const read =
    context.store.readsLag === false
      ? undefined
      : (wanted: readonly string[]) => readWithRepositories(context, wanted, meant);
  const owner = name === '' ? undefined : await accountOfAlias(context, alias, read);
  if (owner === context.accountId) return inOwn;
  if (owner !== undefined) return { registry: publicRegistry(owner, alias), name };
  if (place.kind === 'public') throw repositoryNotFound({ registryId: alias, repositoryName: name });
  return asPrivate;
}

/** Repositories that were read when their address was found, for the one call that follows at once. */
const readAlong = new WeakMap<Address, RepositoryRecord>();

/**
 * Where reads lag each takes a while as well, and what was read a moment ago is as good as what would be read now:
 * there the repositories that may be meant are read in one go with what says which of them it is.
 */
async function readWithRepositories(
  context: Context,
  wanted: readonly string[],
  addresses: readonly Address[],
): Promise<(Json | undefined)[]> {
  if ((await context.store.guarantees()).freshReads) return context.store.getMany(wanted);
  const along = addresses.map(({ registry, name }) => keys.repository(registry.key, name));
  const records = await context.store.getMany<Json>([...wanted, ...along]);
  for (const [at, address] of addresses.entries()) {
    const record = records[wanted.length + at];
    if (record !== undefined) readAlong.set(address, record as RepositoryRecord);
  }
  return records.slice(0, wanted.length);
}

/** The private registry that a host means without the name of a repository; undefined where it is a public one's. */
export function privateRegistryAt(caller: Caller, host: string): RegistryRef | undefined {
  const place = parseAddress(host, '');
  if (place.kind === 'public') return undefined;
  return place.kind === 'private'
    ? privateRegistry(place.accountId, place.region)
    : privateRegistry(caller.accountId, caller.region);
}

export function repositoryAt(context: Context, at: Address): Promise<Repository> {
  const record = readAlong.get(at);
  if (record === undefined) return needRepository(context, at.registry, at.name);
  readAlong.delete(at);
  return Promise.resolve(found(at.registry, record));
}
