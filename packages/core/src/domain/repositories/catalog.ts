import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import { decodeUtf8, encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import { freeId } from '../free-id.ts';
import type { Piece } from '../layers/piece.ts';
import { collectPieces, putPiece } from '../layers/pieces.ts';
import { isObject, isUuid, parseJson } from '../text.ts';
import { changeRepository } from './change.ts';
import type { Repository } from './repository.ts';

/**
 * The catalog data of a public repository: its texts, such as the description, and the id of its logo. The id is
 * undefined if the repository has no logo.
 */
export interface Catalog {
  readonly texts: object;
  readonly logo: string | undefined;
}

/**
 * The stored record of a repository's catalog data. The texts are stored as JSON in the byte store, because they may be
 * larger than a record.
 */
type CatalogRecord = { readonly pieces: readonly [Piece]; readonly logo?: string };
type LogoRecord = { readonly pieces: readonly [Piece] };

/** The maximum number of retries if catalog texts are replaced while they are read. */
const mostTries = 5;

/**
 * Catalog data that is already in the byte store, but not visible yet. The data becomes visible when a transaction
 * writes the records that refer to the data.
 */
export interface StagedCatalog {
  readonly texts: object;
  readonly text: Piece;
  readonly logo: { readonly id: string; readonly piece: Piece } | undefined;
  readonly pieces: readonly Piece[];
}

/**
 * Stores the texts and the logo of catalog data in the byte store. The texts and the logo become visible when
 * `putCatalog` writes their records in a transaction.
 */
export async function stageCatalog(
  context: Context,
  { texts, logoBytes }: { readonly texts: object; readonly logoBytes: Uint8Array | undefined },
): Promise<StagedCatalog> {
  const text = await putPiece(context, encodeUtf8(JSON.stringify(texts)));
  const free = async () => freeId(context, context.ids(), (id) => context.store.get(keys.logo(id)));
  const logo = logoBytes && { id: await free(), piece: await putPiece(context, logoBytes) };
  return { texts, text, logo, pieces: logo ? [text, logo.piece] : [text] };
}

/**
 * Writes the records that make staged catalog data visible. If the staged data contains no logo, the repository keeps
 * its previous logo.
 */
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

/**
 * Replaces the catalog data of a repository, and returns the new data. If no logo is given, the repository keeps its
 * previous logo.
 */
export async function replaceCatalog(
  context: Context,
  repository: Repository,
  staged: StagedCatalog,
): Promise<Catalog> {
  const { logo } = await changeRepository(context, repository, async ({ transaction }) => {
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
  return { texts: staged.texts, logo };
}

/** Reads the catalog data of a repository. Returns empty texts if the repository has no catalog data. */
export async function readCatalog(context: Context, repository: Repository): Promise<Catalog> {
  const read = () => context.store.get<CatalogRecord>(keys.catalog(repository.id));
  let record = await read();
  let bytes = record && (await collectPieces(context, record.pieces));
  // If the texts were replaced during the read, the new texts are read, unless they are replaced as well.
  for (let tries = 0; record && !bytes && tries < mostTries; tries++) {
    record = await read();
    bytes = record && (await collectPieces(context, record.pieces));
  }
  const data = bytes && parseJson(decodeUtf8(bytes));
  return { texts: isObject(data) ? data : {}, logo: record?.logo };
}

/**
 * Reads the image file of a repository's logo. Returns undefined if the logo does not exist.
 * @param logo the id of the logo, which is the second UUID in the `logoUrl` of the repository
 */
export async function readLogo(context: Context, logo: string): Promise<Uint8Array | undefined> {
  const record = isUuid(logo) ? await context.store.get<LogoRecord>(keys.logo(logo)) : undefined;
  return record && collectPieces(context, record.pieces);
}
