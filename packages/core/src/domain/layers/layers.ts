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

/** The record that a repository has a layer. Its media type is known once a manifest mentions it. */
export type LayerRecord = {
  readonly size: number;
  readonly addedAt: number;
  readonly mediaType?: string;
  /**
   * When the collector marked it because it is about to remove it. A writer that needs it writes it again without this.
   */
  readonly doomed?: number;
};

/** The bytes of a layer. Pieces beyond the first 1,000 are in `tables` further records. */
export type BlobRecord = {
  readonly size: number;
  readonly addedAt: number;
  readonly pieces: readonly Piece[];
  readonly tables: number;
  /** The same as a layer's. */
  readonly doomed?: number;
};

/** The maximum number of pieces in a record, which stays well under 64 KiB with them. */
const piecesPerRecord = 1000;

/** Finds layers of a repository, in the order asked; undefined for each digest that it does not have. */
export async function findLayers(
  context: Context,
  repository: Repository,
  digests: readonly string[],
): Promise<(LayerRecord | undefined)[]> {
  // Nothing is kept under a digest by which content cannot be verified. Such a digest may also be longer than a key.
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

/** Gives the keys of these records, so that they can be read with others. */
export const linkedKeys = (repository: Repository, digest: Digest): readonly [content: string, layer: string] => [
  keys.blob(digest),
  keys.layer(repository.id, digest),
];

/**
 * Writes that the repository has this layer. Content that is already stored is not stored again: the pieces of its new
 * copy are discarded.
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
    // If commits are not atomic, an earlier attempt may have written the content. Then the pieces are its own.
    const own = content.pieces[0]?.[0] === pieces[0]?.[0];
    if (!own) transaction.discard(pieces.map(([id]) => id));
    if (content.doomed !== undefined) transaction.put(keys.blob(digest), keepBlob(content));
  }
  // The layer counts as new again, because the client that sends it is about to need it.
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
 * Gives a repository a layer of another repository, without a copy of its content.
 * @returns false if the other repository does not have a layer with this digest
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

/** Removes a layer from a repository. Its content stays for other repositories, and for the collector. */
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
  /**
   * Reads its bytes.
   * @throws Error if the storage has lost them
   */
  read(reading?: Reading): AsyncGenerator<Uint8Array>;
  /** Says whether the bytes take some of the engine's bounded room until the next ones are asked for. */
  takesRoom(reading?: Pick<Reading, 'readOnly'>): boolean;
}

/**
 * Opens a layer to be read.
 * @throws LayersNotFoundException if the repository does not have a layer with this digest
 */
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
  // If reads lag, a record may be seen later than the record that refers to it. The rest of the layer alone would be
  // different content.
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
