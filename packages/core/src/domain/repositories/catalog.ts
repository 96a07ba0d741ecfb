import type { EcrPublic } from '../../model/index.ts';
import type { Transaction } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { freeId } from '../free-id.ts';
import type { Piece } from '../layers/piece.ts';
import { collectPieces, putPiece } from '../layers/pieces.ts';
import { logoUrl } from '../registries/addresses.ts';
import { isObject, isUuid, parseJson } from '../text.ts';
import { changeRepository } from './change.ts';
import type { Repository } from './repository.ts';

type CatalogInput = EcrPublic.RepositoryCatalogDataInput;
type CatalogData = EcrPublic.RepositoryCatalogData;

/** The texts of a catalog may be larger than a record: they are a piece of JSON. */
type CatalogRecord = { readonly pieces: readonly [Piece]; readonly logo?: string };
type LogoRecord = { readonly pieces: readonly [Piece] };

/** How often a reader looks again for texts that were replaced while it read. */
const mostTries = 5;

/** Catalog data whose bytes are stored, and which a transaction only has to name. */
export interface StagedCatalog {
  readonly data: Omit<CatalogInput, 'logoImageBlob'>;
  readonly text: Piece;
  readonly logo: { readonly id: string; readonly piece: Piece } | undefined;
  readonly pieces: readonly Piece[];
}

export async function stageCatalog(context: Context, { logoImageBlob, ...data }: CatalogInput): Promise<StagedCatalog> {
  const text = await putPiece(context, new TextEncoder().encode(JSON.stringify(data)));
  const free = async () => freeId(context, context.ids(), (id) => context.store.get(keys.logo(id)));
  const logo = logoImageBlob && { id: await free(), piece: await putPiece(context, logoImageBlob) };
  return { data, text, logo, pieces: logo ? [text, logo.piece] : [text] };
}

/** Names staged catalog data. A logo that is there already stays where no new one comes. */
export function putCatalog(
  transaction: Transaction,
  id: string,
  staged: StagedCatalog,
  before: CatalogRecord | undefined,
): CatalogRecord {
  const logo = staged.logo?.id ?? before?.logo;
  if (staged.logo) transaction.put(keys.logo(staged.logo.id), { pieces: [staged.logo.piece] } satisfies LogoRecord);
  const record: CatalogRecord = { pieces: [staged.text], ...(logo === undefined ? {} : { logo }) };
  transaction.put(keys.catalog(id), record);
  return record;
}

/** Replaces the catalog data of a repository, but keeps its logo where no new one comes. */
export async function replaceCatalog(
  context: Context,
  repository: Repository,
  staged: StagedCatalog,
): Promise<CatalogData> {
  const record = await changeRepository(context, repository, async ({ transaction }) => {
    const before = await transaction.read<CatalogRecord>(keys.catalog(repository.id));
    const after = putCatalog(transaction, repository.id, staged, before);
    if (before) transaction.discard(before.pieces.map(([piece]) => piece));
    if (before?.logo !== undefined && staged.logo) {
      const old = await transaction.read<LogoRecord>(keys.logo(before.logo));
      transaction.remove(keys.logo(before.logo));
      transaction.discard((old?.pieces ?? []).map(([piece]) => piece));
    }
    return after;
  });
  return present(context, repository.id, staged.data, record.logo);
}

export const present = (context: Context, id: string, data: CatalogData, logo: string | undefined): CatalogData => ({
  ...data,
  ...(logo === undefined ? {} : { logoUrl: logoUrl(context, id, logo) }),
});

export async function readCatalog(context: Context, repository: Repository): Promise<CatalogData> {
  const read = () => context.store.get<CatalogRecord>(keys.catalog(repository.id));
  let record = await read();
  let bytes = record && (await collectPieces(context, record.pieces));
  // Replaced in between: the new texts are there as long as nobody replaces these too.
  for (let tries = 0; record && !bytes && tries < mostTries; tries++) {
    record = await read();
    bytes = record && (await collectPieces(context, record.pieces));
  }
  const data = bytes && parseJson(new TextDecoder().decode(bytes));
  return present(context, repository.id, isObject(data) ? data : {}, record?.logo);
}

/** The bytes behind a `logoUrl`, by the second UUID in it; undefined where there are none. */
export async function readLogo(context: Context, logo: string): Promise<Uint8Array | undefined> {
  const record = isUuid(logo) ? await context.store.get<LogoRecord>(keys.logo(logo)) : undefined;
  return record && collectPieces(context, record.pieces);
}
