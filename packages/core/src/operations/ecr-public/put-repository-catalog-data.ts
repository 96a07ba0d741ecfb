import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { withPieces } from '../../domain/layers/pieces.ts';
import { replaceCatalog, stageCatalog } from '../../domain/repositories/catalog.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOf } from './place.ts';
import { describeCatalog } from './shapes.ts';

/** Replaces the catalog data of a repository. If the input has no logo, the repository keeps its old logo. */
export async function putRepositoryCatalogData(
  context: Context,
  caller: Caller,
  input: EcrPublic.PutRepositoryCatalogDataRequest,
): Promise<EcrPublic.PutRepositoryCatalogDataResponse> {
  const repository = await access.open(context, caller, 'PutRepositoryCatalogData', placeOf(caller, input));
  const { logoImageBlob: logoBytes, ...texts } = input.catalogData;
  const staged = await stageCatalog(context, { texts, logoBytes });
  const catalog = await withPieces(context, staged.pieces, () => replaceCatalog(context, repository, staged));
  return { catalogData: describeCatalog(context, repository, catalog) };
}
