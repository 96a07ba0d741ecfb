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

/** The record that says that a repository has a layer. `mediaType` is undefined until a manifest mentions the layer. */
export type LayerRecord = {
  readonly size: number;
  readonly addedAt: number;
  readonly mediaType?: string;
  /**
   * When the garbage collector marked the layer for removal, in milliseconds since 1970. A push that needs the layer
   * writes the record again without this member, and the layer stays.
   */
  readonly doomed?: number;
};

/**
 * The record of a layer's content: the ids and sizes of its pieces. `pieces` lists at most the first 1,000 pieces. If
 * the content has more pieces, further records list the rest. `tables` is the number of these further records.
 */
export type BlobRecord = {
  readonly size: number;
  readonly addedAt: number;
  readonly pieces: readonly Piece[];
  readonly tables: number;
  /**
   * When the garbage collector marked the content for removal, in milliseconds since 1970. A push that needs the
   * content writes the record again without this member, and the content stays.
   */
  readonly doomed?: number;
};

/**
 * The maximum number of pieces that one record lists. A record with that many pieces is well under the limit of 64 KiB.
 */
const piecesPerRecord = 1000;

/**
 * Reads the records of a repository's layers, in the order of `digests`. The result contains undefined for each digest
 * that the repository does not have as a layer.
 */
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

/** A layer to add to a repository. Its bytes are already stored in `pieces`. */
export interface NewLayer {
  readonly digest: Digest;
  readonly size: number;
  readonly pieces: readonly Piece[];
}

/**
 * The two stored records of a digest: the record of the content, and the record of the layer in one repository. Each
 * record is undefined if it does not exist.
 */
export interface Linked {
  readonly content: BlobRecord | undefined;
  readonly layer: LayerRecord | undefined;
}

/**
 * Returns the storage keys of the two records of a digest: the record of the content, and the record of the layer in
 * this repository.
 */
export const linkedKeys = (repository: Repository, digest: Digest): readonly [content: string, layer: string] => [
  keys.blob(digest),
  keys.layer(repository.id, digest),
];

/**
 * Adds a layer to a repository. If the same content is already stored, the new pieces are deleted once the transaction
 * is committed.
 * @returns 'existed' if the repository already had the layer
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
 * Adds a layer of the repository `from` to the repository `to`, without copying its content.
 * @returns false if the repository `from` does not have a layer with this digest
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

/**
 * Removes a layer from a repository. The content stays stored for other repositories. The garbage collector deletes the
 * content if no repository has it.
 * @throws LayersNotFoundException if the repository does not have a layer with this digest
 */
export async function unlinkLayer(context: Context, repository: Repository, digest: Digest): Promise<void> {
  await changeRepository(context, repository, async ({ transaction }) => {
    const key = keys.layer(repository.id, digest);
    if ((await transaction.read(key)) === undefined) throw blobUnknown({ ...repository, digest });
    transaction.remove(key);
  });
}

/** A layer of a repository, with a function that reads its content. */
export interface ReadableLayer {
  readonly digest: Digest;
  readonly size: number;
  /**
   * Returns the content of the layer, or a range of it, as a stream of the platform. A server that reads the content
   * itself has this method, so that no code runs for each chunk. `first` and `last` are positions of bytes, inclusive.
   */
  readonly stream?: (range: Pick<Reading, 'first' | 'last'>) => Promise<ReadableStream<Uint8Array>>;
  /**
   * Reads the content of the layer, or only the range that `reading` names.
   * @throws Error if a piece of the content is missing from the storage
   */
  read(reading?: Reading): AsyncGenerator<Uint8Array>;
  /**
   * Returns whether each chunk that `read` yields counts against the memory limit of the engine until the next chunk is
   * requested.
   */
  takesRoom(reading?: Pick<Reading, 'readOnly'>): boolean;
}

/**
 * Finds a layer of a repository, and returns it with a function that reads its content.
 * @throws LayersNotFoundException if the repository does not have a layer with this digest
 */
export async function openLayer(
  context: Context,
  repository: Repository,
  digest: Digest,
): Promise<ReadableLayer & { readonly pieces: readonly Piece[] }> {
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
    pieces: all,
    takesRoom: (reading = {}) => context.room.isBounded && takesRoom(store, reading),
    read: (reading) => readPieces(context, all, reading),
  };
}
