import type { Caller, Context } from '../../domain/context.ts';
import { readPublicRegistry } from '../../domain/registries/public.ts';
import type { EcrPublic } from '../../model/index.ts';

/** The registry's display name, if it has one. */
export async function getRegistryCatalogData(
  context: Context,
  caller: Caller,
  _input: EcrPublic.GetRegistryCatalogDataRequest,
): Promise<EcrPublic.GetRegistryCatalogDataResponse> {
  const { displayName } = await readPublicRegistry(context, caller.accountId);
  return { registryCatalogData: displayName === undefined ? {} : { displayName } };
}
