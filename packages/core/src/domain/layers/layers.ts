import { type Digest, isDigest } from '../../digest/digest.ts';
import { blobUnknown } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { Context } from '../context.ts';
import { readInTurns } from '../next-turn.ts';
import { changeRepository, hold, type RepositoryChange } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import type { Piece } from './piece.ts';
import { type Reading, readPieces, takesRoom } from './pieces.ts';

/** That a repository has a layer. Its media type is known once a manifest mentions it. */
export type LayerRecord = {
  readonly size: number;
  readonly addedAt: number;
  readonly mediaType?: string;
  /** When the collector marked it, about to take it; whoever needs it writes it anew without this. */
  readonly doomed?: number;
};

/** The bytes of a layer. Pieces beyond the first 1,000 are in `tables` further records. */
export type BlobRecord = {
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
export async function findLayers(
  context: Context,
  repository: Repository,
  digests: readonly string[],
): Promise<(LayerRecord | undefined)[]> {
  // Nothing is kept under a digest that content cannot be checked by. Such a digest may also be longer than a key.
  const layers = digests.filter(isDigest).map((digest) => keys.layer(repository.id, digest));
  const found = await readInTurns(layers, (some) => context.store.getMany<LayerRecord>(some));
  return digests.map((digest) => found.get(keys.layer(repository.id, digest)));
}

/** A layer whose bytes are stored. */
export interface NewLayer {
  readonly digest: Digest;
  readonly size: number;
  readonly pieces: readonly Piece[];
}

/** The records that say whether a repository has a layer, and whether its content is stored. */
export interface Linked {
  readonly content: BlobRecord | undefined;
  readonly layer: LayerRecord | undefined;
}

/** The keys of these records, for a read of them with others. */
export const linkedKeys = (repository: Repository, digest: Digest): readonly [content: string, layer: string] => [
  keys.blob(digest),
  keys.layer(repository.id, digest),
];

/**
 * Writes that the repository has this layer. Content that is stored already is not stored again: its
 * new copy's pieces are discarded.
 */
export function linkLayer(
  { context, transaction, repository }: RepositoryChange,
  { digest, size, pieces }: NewLayer,
  { content, layer }: Linked,
): 'added' | 'existed' {
  const layerKey = keys.layer(repository.id, digest);
  const now = context.clock();
  if (!content) putBlob(transaction, digest, { size, addedAt: now }, pieces);
  else {
    // Where commits are not atomic, an earlier try may have written the content: then the pieces are its own.
    const own = content.pieces[0]?.[0] === pieces[0]?.[0];
    if (!own) transaction.discard(pieces.map(([id]) => id));
    if (content.doomed !== undefined) transaction.put(keys.blob(digest), keepBlob(content));
  }
  // Fresh again: whoever sends it is about to need it.
  const { doomed: _, ...kept } = layer ?? { size };
  transaction.put(layerKey, { ...kept, addedAt: now } satisfies LayerRecord);
  return layer ? 'existed' : 'added';
}

function keepBlob({ doomed: _, ...content }: BlobRecord): BlobRecord {
  return content;
}

function putBlob(
  transaction: Transaction,
  digest: Digest,
  about: Pick<BlobRecord, 'size' | 'addedAt'>,
  pieces: readonly Piece[],
): void {
  let tables = 0;
  for (let from = piecesPerRecord; from < pieces.length; from += piecesPerRecord) {
    transaction.put(keys.blobTable(digest, ++tables), { pieces: pieces.slice(from, from + piecesPerRecord) });
  }
  const record: BlobRecord = { ...about, pieces: pieces.slice(0, piecesPerRecord), tables };
  transaction.put(keys.blob(digest), record);
}

/**
 * Gives a repository a layer that another one has, without a copy of its content.
 * @returns false where the other one has none of this digest.
 */
export function mountLayer(context: Context, from: Repository, to: Repository, digest: Digest): Promise<boolean> {
  return changeRepository(context, to, async (change) => {
    const { transaction } = change;
    await hold(transaction, from);
    const records = await transaction.readMany<LayerRecord | BlobRecord>([
      keys.layer(from.id, digest),
      ...linkedKeys(to, digest),
    ]);
    const [source, content, layer] = records as [LayerRecord?, BlobRecord?, LayerRecord?];
    if (!source || !content) return false;
    linkLayer(change, { digest, size: source.size, pieces: [] }, { content, layer });
    return true;
  });
}

/** Takes a layer out of a repository; its content stays for others, and for the collector. */
export async function unlinkLayer(context: Context, repository: Repository, digest: Digest): Promise<void> {
  await changeRepository(context, repository, async ({ transaction }) => {
    const key = keys.layer(repository.id, digest);
    if ((await transaction.read(key)) === undefined) throw blobUnknown({ ...repository, digest });
    transaction.remove(key);
  });
}

/** A layer that can be read. */
export interface ReadableLayer {
  readonly digest: Digest;
  readonly size: number;
  /** Gives its bytes. Throws if the storage has lost them. */
  read(reading?: Reading): AsyncGenerator<Uint8Array>;
  /** Says whether the bytes take some of the engine's bounded room until the next ones are asked for. */
  takesRoom(reading?: Pick<Reading, 'readOnly'>): boolean;
}

/** The layer, or the failure that says that the repository has none of this digest. */
export async function openLayer(context: Context, repository: Repository, digest: Digest): Promise<ReadableLayer> {
  const [layer, content] = await context.store.getMany<LayerRecord | BlobRecord>([
    keys.layer(repository.id, digest),
    keys.blob(digest),
  ]);
  if (!layer || !content) throw blobUnknown({ ...repository, digest });
  const { size, pieces, tables } = content as BlobRecord;
  const more = await context.store.getMany<{ pieces: Piece[] }>(
    Array.from({ length: tables }, (_, i) => keys.blobTable(digest, i + 1)),
  );
  // Where reads lag, one may be seen later than what names it: the rest of the layer alone would be another one.
  if (more.includes(undefined)) throw blobUnknown({ ...repository, digest });
  const all = [...pieces, ...more.flatMap((table) => table?.pieces ?? [])];
  const store = await context.store.bytes();
  return {
    digest,
    size,
    takesRoom: (reading = {}) => context.room.isBounded && takesRoom(store, reading),
    read: (reading) => readPieces(context, all, reading),
  };
}
