import type { Digest } from '../digest/digest.ts';
import { blobUnknown } from '../errors.ts';
import type { Transaction } from '../storage/commit.ts';
import { keys } from '../storage/keys.ts';
import { readByDigest } from './by-digest.ts';
import type { Context } from './context.ts';
import { type Piece, readPieces } from './pieces.ts';
import type { Repository } from './repositories.ts';

/** That a repository has a layer. Its media type is known once a manifest mentions it. */
export type LayerRecord = { readonly size: number; readonly addedAt: number; readonly mediaType?: string };

/** The bytes of a layer. Pieces beyond the first 1,000 are in `tables` further records. */
type ContentRecord = { readonly size: number; readonly pieces: readonly Piece[]; readonly tables: number };

/** So that a record of pieces stays well under 64 KiB. */
const piecesPerRecord = 1000;

/** The layers of a repository, in the order asked; undefined where it has none of that digest. */
export function findLayers(
  context: Context,
  repository: Repository,
  digests: readonly string[],
): Promise<(LayerRecord | undefined)[]> {
  return readByDigest(
    digests,
    (digest) => keys.layer(repository.id, digest),
    (layers) => context.store.getMany<LayerRecord>(layers),
  );
}

/**
 * Writes that the repository has this layer. Content that is stored already is not stored again: its
 * new copy's pieces are discarded.
 */
export async function linkLayer(
  context: Context,
  transaction: Transaction,
  repository: Repository,
  digest: Digest,
  size: number,
  pieces: readonly Piece[],
): Promise<'added' | 'existed'> {
  const [content, layer] = await transaction.readMany<ContentRecord | LayerRecord>([
    keys.content(digest),
    keys.layer(repository.id, digest),
  ]);
  if (content || layer) transaction.discard(pieces.map(([id]) => id));
  if (layer) return 'existed';
  if (!content) putContent(transaction, digest, size, pieces);
  transaction.put(keys.layer(repository.id, digest), { size, addedAt: context.clock() } satisfies LayerRecord);
  return 'added';
}

function putContent(transaction: Transaction, digest: Digest, size: number, pieces: readonly Piece[]): void {
  let tables = 0;
  for (let from = piecesPerRecord; from < pieces.length; from += piecesPerRecord) {
    transaction.put(keys.contentTable(digest, ++tables), { pieces: pieces.slice(from, from + piecesPerRecord) });
  }
  const record: ContentRecord = { size, pieces: pieces.slice(0, piecesPerRecord), tables };
  transaction.put(keys.content(digest), record);
}

/** A layer that can be read. */
export interface ReadableLayer {
  readonly digest: Digest;
  readonly size: number;
  /** The bytes from `first` to `last`, inclusive. Throws where the storage has lost them. */
  read(first?: number, last?: number): AsyncGenerator<Uint8Array>;
}

/** The layer, or the failure that says that the repository has none of this digest. */
export async function openLayer(context: Context, repository: Repository, digest: Digest): Promise<ReadableLayer> {
  const [layer, content] = await context.store.getMany<LayerRecord | ContentRecord>([
    keys.layer(repository.id, digest),
    keys.content(digest),
  ]);
  if (!layer || !content) throw blobUnknown({ ...repository, digest });
  const { size, pieces, tables } = content as ContentRecord;
  return {
    digest,
    size,
    async *read(first, last) {
      const more = await context.store.getMany<{ pieces: Piece[] }>(
        Array.from({ length: tables }, (_, i) => keys.contentTable(digest, i + 1)),
      );
      yield* readPieces(context, [...pieces, ...more.flatMap((table) => table?.pieces ?? [])], first, last);
    },
  };
}
