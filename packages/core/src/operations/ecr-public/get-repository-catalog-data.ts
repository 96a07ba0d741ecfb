import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { readCatalog } from '../../domain/repositories/catalog.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOf } from './place.ts';
import { describeCatalog } from './shapes.ts';

/**
 * Returns the catalog data of a repository. If the repository has no catalog data, `catalogData` is an empty object.
 */
export async function getRepositoryCatalogData(
  context: Context,
  caller: Caller,
  input: EcrPublic.GetRepositoryCatalogDataRequest,
): Promise<EcrPublic.GetRepositoryCatalogDataResponse> {
  const repository = await access.open(context, caller, 'GetRepositoryCatalogData', placeOf(caller, input));
  return { catalogData: describeCatalog(context, repository, await readCatalog(context, repository)) };
}
