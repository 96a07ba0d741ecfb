import { registryNotFound } from '../errors.ts';
import { keys } from '../storage/keys.ts';
import type { Json } from '../storage/port.ts';
import type { Caller, Context } from './context.ts';

/** A registry: one public one per account, one private one per account and region. */
export interface RegistryRef {
  readonly kind: 'public' | 'private';
  readonly accountId: string;
  /** Where it is; the public registry is driven through us-east-1. */
  readonly region: string;
  /** Its part of the storage keys. */
  readonly key: string;
  /** How error texts name it: the account, or the alias that the caller wrote. */
  readonly writtenAs: string;
}

/** What is stored of a public registry. */
export type RegistryRecord = {
  /** The custom alias; null: none, whatever the engine was made with. */
  readonly alias?: string | null;
  readonly aliasStatus?: 'ACTIVE' | 'PENDING' | 'REJECTED';
  readonly verified?: boolean;
  readonly displayName?: string;
  /** Set with the first repository, which gives the registry its default alias. */
  readonly opened?: boolean;
};

/** What a public registry is called and shows. */
export interface PublicRegistry {
  readonly aliases: readonly {
    readonly name: string;
    readonly status: 'ACTIVE' | 'PENDING' | 'REJECTED';
    readonly custom: boolean;
  }[];
  /** The alias in addresses; undefined before the first repository of a registry without a custom alias. */
  readonly primaryAlias: string | undefined;
  readonly verified: boolean;
  readonly displayName: string | undefined;
}

const account = /^[0-9]{12}$/;
/** The service model's pattern of a registry alias. */
export const aliasPattern = /^[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export const publicRegistry = (accountId: string, writtenAs = accountId): RegistryRef => ({
  kind: 'public',
  accountId,
  region: 'us-east-1',
  key: `public/${accountId}`,
  writtenAs,
});

export const privateRegistry = (accountId: string, region: string): RegistryRef => ({
  kind: 'private',
  accountId,
  region,
  key: `private/${accountId}/${region}`,
  writtenAs: accountId,
});

/**
 * The public registry that a request means. An alias that nobody owns names a registry without
 * repositories: what is asked of it is answered by RepositoryNotFoundException with the alias as id.
 */
export async function resolvePublicRegistry(
  context: Context,
  caller: Caller,
  registryId: string | undefined,
): Promise<RegistryRef> {
  if (registryId === undefined) return publicRegistry(caller.accountId);
  if (account.test(registryId)) return publicRegistry(registryId);
  return publicRegistry((await accountOfAlias(context, registryId)) ?? 'nobody', registryId);
}

export const resolvePrivateRegistry = (caller: Caller, registryId: string | undefined): RegistryRef =>
  privateRegistry(registryId ?? caller.accountId, caller.region);

/**
 * The account whose public registry has this alias.
 * @param read reads records by their keys, for whoever wants more of them in the same go
 */
export async function accountOfAlias(
  context: Context,
  alias: string,
  read: (keys: readonly string[]) => Promise<(Json | undefined)[]> = (wanted) => context.store.getMany(wanted),
): Promise<string | undefined> {
  if (!aliasPattern.test(alias)) return undefined;
  if (alias === defaultAlias(context.accountId)) return context.accountId;
  const own = keys.registry(publicRegistry(context.accountId).key);
  const [owner, record] = await read([keys.alias(alias), own]);
  if (typeof owner === 'string') return owner;
  const given = alias === context.registryAlias && (record as RegistryRecord | undefined)?.alias === undefined;
  return given ? context.accountId : undefined;
}

/** Only for a 12-digit account that has never had a repository: an alias never gives RegistryNotFoundException. */
export async function refuseUnknownRegistry(context: Context, caller: Caller, registry: RegistryRef): Promise<void> {
  const known =
    registry.accountId === caller.accountId ||
    registry.accountId === context.accountId ||
    !account.test(registry.writtenAs) ||
    (await context.store.get(keys.registry(registry.key))) !== undefined;
  if (!known) throw registryNotFound(registry.writtenAs);
}

/**
 * Eight letters and digits, the first a letter, as AWS assigns them; here they follow from the account,
 * so that an address stays the same when a registry is made anew.
 */
export function defaultAlias(accountId: string): string {
  let state = 0x811c9dc5;
  for (const character of accountId) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0;
  let alias = '';
  for (let i = 0; i < 8; i++) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const alphabet = i === 0 ? 'abcdefghijklmnopqrstuvwxyz' : 'abcdefghijklmnopqrstuvwxyz0123456789';
    alias += alphabet.charAt(state % alphabet.length);
  }
  return alias;
}

/** What is known of a public registry: the stored settings over those that the engine was made with. */
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

/** What AWS decides about a public registry, and no operation sets. */
export interface PublicRegistrySettings {
  /** The engine's own by default. */
  readonly accountId?: string;
  /** The custom alias; `null` takes it away. */
  readonly alias?: string | null;
  /** How far the review of the alias is; `ACTIVE` by default. */
  readonly aliasStatus?: 'ACTIVE' | 'PENDING' | 'REJECTED';
  readonly verified?: boolean;
}

/** Sets a registry's custom alias and badge. An alias belongs to one registry. */
export async function configurePublicRegistry(context: Context, settings: PublicRegistrySettings): Promise<void> {
  const { accountId = context.accountId, alias, aliasStatus, verified } = settings;
  if (typeof alias === 'string' && (alias.length > 50 || !aliasPattern.test(alias))) {
    throw new TypeError(`'${alias}' cannot be a registry's alias: 2 to 50 characters, ${aliasPattern.source}`);
  }
  const key = keys.registry(publicRegistry(accountId).key);
  await context.store.transact(async (transaction) => {
    const { alias: before, aliasStatus: statusBefore, ...rest } = (await transaction.read<RegistryRecord>(key)) ?? {};
    const after = alias === undefined ? before : alias;
    if (typeof after === 'string') {
      const owner = (await transaction.read<string>(keys.alias(after))) ?? (await accountOfAlias(context, after));
      if (owner !== undefined && owner !== accountId) {
        throw new TypeError(`The alias '${after}' belongs to the registry of account ${owner}`);
      }
      transaction.put(keys.alias(after), accountId);
    }
    // The default alias goes on working.
    const gone = typeof before === 'string' && before !== after && before !== defaultAlias(accountId);
    if (gone) transaction.remove(keys.alias(before));
    // A new alias is not as far as the one before was.
    const status = aliasStatus ?? (alias === undefined ? statusBefore : undefined);
    const record: RegistryRecord = {
      ...rest,
      ...(after === undefined ? {} : { alias: after }),
      ...(status === undefined ? {} : { aliasStatus: status }),
      ...(verified === undefined ? {} : { verified }),
    };
    transaction.put(key, record);
  });
}
