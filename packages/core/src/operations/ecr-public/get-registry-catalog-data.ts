import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { readPublicRegistry } from '../../domain/registries/public.ts';
import { publicRegistry } from '../../domain/registries/registry.ts';
import type { EcrPublic } from '../../model/index.ts';

/**
 * Returns the display name of the caller's public registry. If no display name has been set, the response has no
 * `displayName`.
 */
export async function getRegistryCatalogData(
  context: Context,
  caller: Caller,
  _input: EcrPublic.GetRegistryCatalogDataRequest,
): Promise<EcrPublic.GetRegistryCatalogDataResponse> {
  const registry = publicRegistry(caller.accountId);
  const { accountId } = await access.openRegistry(context, caller, 'GetRegistryCatalogData', registry);
  const { displayName } = await readPublicRegistry(context, accountId);
  return { registryCatalogData: displayName === undefined ? {} : { displayName } };
}
