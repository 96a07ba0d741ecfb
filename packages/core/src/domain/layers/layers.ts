import type { Digest } from '../../digest/digest.ts';
import { blobUnknown } from '../../errors.ts';
import type { Transaction } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { readByDigest } from '../images/by-digest.ts';
import { stillThere } from '../repositories/find.ts';
import type { Repository } from '../repositories/repository.ts';
import { type Piece, readPieces, takesRoom } from './pieces.ts';

/** That a repository has a layer. Its media type is known once a manifest mentions it. */
export type LayerRecord = {
  readonly size: number;
  readonly addedAt: number;
  readonly mediaType?: string;
  /** When the collector marked it, about to take it; whoever needs it writes it anew without this. */
  readonly doomed?: number;
};

/** The bytes of a layer. Pieces beyond the first 1,000 are in `tables` further records. */
export type ContentRecord = {
  readonly size: number;
  readonly addedAt: number;
  readonly pieces: readonly Piece[];
  readonly tables: number;
  /** As a layer's. */
  readonly doomed?: number;
};

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
  const layerKey = keys.layer(repository.id, digest);
  const found = await transaction.readMany<ContentRecord | LayerRecord>([keys.content(digest), layerKey]);
  const [content, layer] = found as [ContentRecord?, LayerRecord?];
  const now = context.clock();
  if (!content) putContent(transaction, digest, { size, addedAt: now }, pieces);
  else {
    // Where commits are not atomic, an earlier try may have written the content: then the pieces are its own.
    const own = content.pieces[0]?.[0] === pieces[0]?.[0];
    if (!own) transaction.discard(pieces.map(([id]) => id));
    if (content.doomed !== undefined) transaction.put(keys.content(digest), keepContent(content));
  }
  // Fresh again: whoever sends it is about to need it.
  const { doomed: _, ...kept } = layer ?? { size };
  transaction.put(layerKey, { ...kept, addedAt: now } satisfies LayerRecord);
  return layer ? 'existed' : 'added';
}

function keepContent({ doomed: _, ...content }: ContentRecord): ContentRecord {
  return content;
}

function putContent(
  transaction: Transaction,
  digest: Digest,
  about: Pick<ContentRecord, 'size' | 'addedAt'>,
  pieces: readonly Piece[],
): void {
  let tables = 0;
  for (let from = piecesPerRecord; from < pieces.length; from += piecesPerRecord) {
    transaction.put(keys.contentTable(digest, ++tables), { pieces: pieces.slice(from, from + piecesPerRecord) });
  }
  const record: ContentRecord = { ...about, pieces: pieces.slice(0, piecesPerRecord), tables };
  transaction.put(keys.content(digest), record);
}

/**
 * Gives a repository a layer that another one has, without a copy of its content.
 * @returns false where the other one has none of this digest.
 */
export function mountLayer(context: Context, from: Repository, to: Repository, digest: Digest): Promise<boolean> {
  return context.store.transact(async (transaction) => {
    await stillThere(transaction, from);
    await stillThere(transaction, to);
    const [layer, content] = await transaction.readMany<LayerRecord>([
      keys.layer(from.id, digest),
      keys.content(digest),
    ]);
    if (!layer || !content) return false;
    await linkLayer(context, transaction, to, digest, layer.size, []);
    return true;
  });
}

/** Takes a layer out of a repository; its content stays for others, and for the collector. */
export async function unlinkLayer(context: Context, repository: Repository, digest: Digest): Promise<void> {
  await context.store.transact(async (transaction) => {
    await stillThere(transaction, repository);
    const key = keys.layer(repository.id, digest);
    if ((await transaction.read(key)) === undefined) throw blobUnknown({ ...repository, digest });
    transaction.remove(key);
  });
}

/** A layer that can be read. */
export interface ReadableLayer {
  readonly digest: Digest;
  readonly size: number;
  /**
   * Gives the bytes from `first` to `last`, inclusive. Throws if the storage has lost them.
   * @param readOnly promises to change nothing of what comes, so that it need not be a copy
   */
  read(first?: number, last?: number, readOnly?: boolean): AsyncGenerator<Uint8Array>;
  /** Says whether the bytes take some of the engine's bounded room until the next ones are asked for. */
  takesRoom(readOnly?: boolean): boolean;
}

/** The layer, or the failure that says that the repository has none of this digest. */
export async function openLayer(context: Context, repository: Repository, digest: Digest): Promise<ReadableLayer> {
  const [layer, content] = await context.store.getMany<LayerRecord | ContentRecord>([
    keys.layer(repository.id, digest),
    keys.content(digest),
  ]);
  if (!layer || !content) throw blobUnknown({ ...repository, digest });
  const { size, pieces, tables } = content as ContentRecord;
  const more = await context.store.getMany<{ pieces: Piece[] }>(
    Array.from({ length: tables }, (_, i) => keys.contentTable(digest, i + 1)),
  );
  // Where reads lag, one may be seen later than what names it: the rest of the layer alone would be another one.
  if (more.includes(undefined)) throw blobUnknown({ ...repository, digest });
  const all = [...pieces, ...more.flatMap((table) => table?.pieces ?? [])];
  const store = await context.store.bytes();
  return {
    digest,
    size,
    takesRoom: (readOnly = false) => context.room.isBounded && takesRoom(store, readOnly),
    read: (first, last, readOnly) => readPieces(context, all, first, last, readOnly),
  };
}
