import type { Caller, Context } from '../../domain/context.ts';
import { withPieces } from '../../domain/layers/pieces.ts';
import { replaceCatalog, stageCatalog } from '../../domain/repositories/catalog.ts';
import type { EcrPublic } from '../../model/index.ts';
import { repositoryOf } from './repository-of.ts';

/** Replaces the repository's catalog data; its logo stays unless a new one comes. */
export async function putRepositoryCatalogData(
  context: Context,
  caller: Caller,
  input: EcrPublic.PutRepositoryCatalogDataRequest,
): Promise<EcrPublic.PutRepositoryCatalogDataResponse> {
  const repository = await repositoryOf(context, caller, input);
  const staged = await stageCatalog(context, input.catalogData);
  return {
    catalogData: await withPieces(context, staged.pieces, () => replaceCatalog(context, repository, staged)),
  };
}
