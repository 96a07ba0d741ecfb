import { registryNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { accountOfAlias, defaultAlias } from './aliases.ts';
import { isAccount, publicRegistry, type RegistryRef } from './registry.ts';
import type { RegistryRecord } from './registry-record.ts';

/** The aliases, the verified badge and the display name of a public registry. */
export interface PublicRegistry {
  readonly aliases: readonly {
    readonly name: string;
    readonly status: 'ACTIVE' | 'PENDING' | 'REJECTED';
    readonly custom: boolean;
  }[];
  /**
   * The alias in the addresses of the registry's repositories. It is undefined if the registry has no active custom
   * alias and has never had a repository.
   */
  readonly primaryAlias: string | undefined;
  readonly verified: boolean;
  readonly displayName: string | undefined;
}

/**
 * Returns the public registry that a request names by its account id or its alias. If the request names no registry,
 * returns the registry of the caller's account.
 *
 * If no registry has the alias, returns a registry without repositories. A request for a repository in that registry
 * then fails with a RepositoryNotFoundException whose text contains the alias as the registry's id.
 */
export async function resolvePublicRegistry(
  context: Context,
  caller: Caller,
  registryId: string | undefined,
): Promise<RegistryRef> {
  if (registryId === undefined) return publicRegistry(caller.accountId);
  if (isAccount(registryId)) return publicRegistry(registryId);
  return publicRegistry((await accountOfAlias(context, registryId)) ?? 'nobody', registryId);
}

/**
 * Throws if a request names a registry by the id of an account that has never had a public repository. Accepts each
 * registry that is named by an alias, and the registries of the caller's and the engine's own account.
 * @throws RegistryNotFoundException if the registry is unknown
 */
export async function refuseUnknownRegistry(context: Context, caller: Caller, registry: RegistryRef): Promise<void> {
  const known =
    registry.accountId === caller.accountId ||
    registry.accountId === context.accountId ||
    !isAccount(registry.writtenAs) ||
    (await context.store.get(keys.registry(registry.key))) !== undefined;
  if (!known) throw registryNotFound(registry.writtenAs);
}

/**
 * Returns the aliases, the badge and the display name of a public registry. Stored settings replace the engine's
 * options `registryAlias` and `verified`.
 */
function describePublicRegistry(
  context: Context,
  accountId: string,
  record: RegistryRecord | undefined,
): PublicRegistry {
  const own = accountId === context.accountId;
  const given = own ? context.registryAlias : undefined;
  const custom = record?.alias === undefined ? given : (record.alias ?? undefined);
  const status = record?.aliasStatus ?? 'ACTIVE';
  const standard = record?.opened ? defaultAlias(accountId) : undefined;
  const aliases = [
    ...(custom === undefined ? [] : [{ name: custom, status, custom: true }]),
    ...(standard === undefined ? [] : [{ name: standard, status: 'ACTIVE' as const, custom: false }]),
  ];
  return {
    aliases,
    primaryAlias: custom !== undefined && status === 'ACTIVE' ? custom : standard,
    verified: record?.verified ?? (own && context.verified),
    displayName: record?.displayName,
  };
}

export async function readPublicRegistry(context: Context, accountId: string): Promise<PublicRegistry> {
  const record = await context.store.get<RegistryRecord>(keys.registry(publicRegistry(accountId).key));
  return describePublicRegistry(context, accountId, record);
}
