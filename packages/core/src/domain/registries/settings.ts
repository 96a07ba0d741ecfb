import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { accountOfAlias, aliasPattern, defaultAlias } from './aliases.ts';
import { publicRegistry } from './registry.ts';
import type { RegistryRecord } from './registry-record.ts';

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
