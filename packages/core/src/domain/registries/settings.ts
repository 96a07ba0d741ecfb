import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { accountOfAlias, aliasPattern, defaultAlias } from './aliases.ts';
import { publicRegistry } from './registry.ts';
import type { RegistryRecord } from './registry-record.ts';

/**
 * The settings of a public registry that AWS itself decides, such as the verified badge. No operation of the API can
 * change them.
 */
export interface PublicRegistrySettings {
  /** The account id of the registry. It is the engine's own account by default. */
  readonly accountId?: string;
  /** The new custom alias. Null removes the custom alias. If `alias` is undefined, the custom alias is not changed. */
  readonly alias?: string | null;
  /** The status of AWS's review of the alias. It is `ACTIVE` by default. */
  readonly aliasStatus?: 'ACTIVE' | 'PENDING' | 'REJECTED';
  readonly verified?: boolean;
}

/**
 * Changes the custom alias, the review status of the alias, and the verified badge of a public registry.
 * @throws TypeError if the alias is invalid, or if another registry already has the alias
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
