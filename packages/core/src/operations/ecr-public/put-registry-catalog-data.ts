import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { publicRegistry } from '../../domain/registries/registry.ts';
import type { RegistryRecord } from '../../domain/registries/registry-record.ts';
import type { EcrPublic } from '../../model/index.ts';
import { keys } from '../../storage/keys.ts';

/**
 * Sets the display name of the caller's public registry. If the input has no `displayName`, the display name is
 * removed.
 */
export async function putRegistryCatalogData(
  context: Context,
  caller: Caller,
  { displayName }: EcrPublic.PutRegistryCatalogDataRequest,
): Promise<EcrPublic.PutRegistryCatalogDataResponse> {
  const { key: registryKey } = await access.openRegistry(
    context,
    caller,
    'PutRegistryCatalogData',
    publicRegistry(caller.accountId),
  );
  const key = keys.registry(registryKey);
  const data = displayName === undefined ? {} : { displayName };
  await context.store.transact(async (transaction) => {
    const { displayName: _before, ...rest } = (await transaction.read<RegistryRecord>(key)) ?? {};
    transaction.put(key, { ...rest, ...data });
  });
  return { registryCatalogData: data };
}
