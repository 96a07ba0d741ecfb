import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { accountOfAlias, aliasPattern, defaultAlias } from './aliases.ts';
import { publicRegistry } from './registry.ts';
import type { RegistryRecord } from './registry-record.ts';

/** The settings of a public registry that AWS decides, and that no operation changes. */
export interface PublicRegistrySettings {
  /** The account; the engine's own by default. */
  readonly accountId?: string;
  /** The custom alias. `null` removes it. */
  readonly alias?: string | null;
  /** The status of the alias's review; `ACTIVE` by default. */
  readonly aliasStatus?: 'ACTIVE' | 'PENDING' | 'REJECTED';
  readonly verified?: boolean;
}

/**
 * Sets a registry's custom alias and badge. An alias belongs to one registry.
 * @throws TypeError if the alias is invalid, or belongs to another registry
 */
export async function configurePublicRegistry(context: Context, settings: PublicRegistrySettings): Promise<void> {
  const { accountId = context.accountId, alias, aliasStatus, verified } = settings;
  if (typeof alias === 'string' && (alias.length > 50 || !aliasPattern.test(alias))) {
    throw new TypeError(
      `'${alias}' is not a valid alias of a registry. Choose 2 to 50 characters that match ${aliasPattern.source}`,
    );
  }
  const key = keys.registry(publicRegistry(accountId).key);
  await context.store.transact(async (transaction) => {
    const { alias: before, aliasStatus: statusBefore, ...rest } = (await transaction.read<RegistryRecord>(key)) ?? {};
    const after = alias === undefined ? before : alias;
    if (typeof after === 'string') {
      const owner = (await transaction.read<string>(keys.alias(after))) ?? (await accountOfAlias(context, after));
      if (owner !== undefined && owner !== accountId) {
        throw new TypeError(
          `The alias '${after}' is taken: it belongs to the registry of account ${owner}. Choose another alias.`,
        );
      }
      transaction.put(keys.alias(after), accountId);
    }
    // The default alias stays valid.
    const gone = typeof before === 'string' && before !== after && before !== defaultAlias(accountId);
    if (gone) transaction.remove(keys.alias(before));
    // The review status of the earlier alias does not apply to a new one.
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
