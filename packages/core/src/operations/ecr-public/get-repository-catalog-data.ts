import type { Caller, Context } from '../../domain/context.ts';
import { readCatalog } from '../../domain/repositories/catalog.ts';
import type { EcrPublic } from '../../model/index.ts';
import { repositoryOf } from './repository-of.ts';

/** The repository's catalog data: empty, not an error, where none was put. */
export async function getRepositoryCatalogData(
  context: Context,
  caller: Caller,
  input: EcrPublic.GetRepositoryCatalogDataRequest,
): Promise<EcrPublic.GetRepositoryCatalogDataResponse> {
  const repository = await repositoryOf(context, caller, input);
  return { catalogData: await readCatalog(context, repository) };
}
