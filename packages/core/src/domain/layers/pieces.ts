import { pieceUnseen, RegistryError } from '../../errors.ts';
import type { ByteStore } from '../../storage/port.ts';
import { isContention } from '../../storage-kit.ts';
import type { Context } from '../context.ts';
import { longestWait, Room } from '../room.ts';
import type { Piece } from './piece.ts';

/** A memory limit that is never reached, for reads that need no additional memory. */
const unbounded = /* @__PURE__ */ new Room(Number.POSITIVE_INFINITY);

/**
 * The size in bytes of the pieces (chunks) that content is split into. It is small enough for each byte store, and for
 * keeping two pieces in memory at once.
 */
export const pieceBytes = 8 * 1024 * 1024;

/**
 * Stores bytes as a new piece (a chunk of content in the byte store), under a new id. No record contains this id yet.
 * @param handedOver whether the byte store may keep the array `bytes` without a copy, because nobody changes it any
 * more
 */
export async function putPiece(
  context: Context,
  bytes: Uint8Array,
  { handedOver = false }: { readonly handedOver?: boolean } = {},
): Promise<Piece> {
  const id = await context.pieceIds.next();
  await (await context.store.bytes()).put(id, bytes, { handedOver });
  return [id, bytes.length];
}

export async function removePieces(context: Context, pieces: readonly Piece[]): Promise<void> {
  if (pieces.length > 0) await (await context.store.bytes()).remove(pieces.map(([id]) => id));
}

/**
 * Calls `use`, which writes a record that contains newly stored pieces of content. If the registry refuses the write,
 * deletes the pieces, because no record contains them. If the storage fails, keeps the pieces, because the record may
 * still have been written.
 */
export async function withPieces<T>(context: Context, pieces: readonly Piece[], use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    // The first failure is the one to report. Pieces that are left behind are orphans, which the collector removes.
    if (RegistryError.is(error) || isContention(error)) await removePieces(context, pieces).catch(() => undefined);
    throw error;
  }
}

/** The range of stored content to read, and whether the caller leaves the returned bytes unchanged. */
export interface Reading {
  /** The position of the first byte to read; 0 by default. */
  readonly first?: number | undefined;
  /** The position of the last byte to read (inclusive). By default, the content is read to its end. */
  readonly last?: number | undefined;
  /**
   * Whether the caller promises not to change the returned bytes. If true, the store may return its own array and not a
   * copy. False by default.
   */
  readonly readOnly?: boolean | undefined;
}

/**
 * Reads stored content, or a range of it, from its pieces, one piece after the other. Reads the next piece ahead if
 * memory for it can be reserved.
 * @throws ServerException if memory for the first piece cannot be reserved, or if a piece is not visible yet because
 * reads lag behind writes; Error if the byte store does not have a piece
 */
export async function* readPieces(
  context: Context,
  pieces: readonly Piece[],
  { first = 0, last = Number.POSITIVE_INFINITY, readOnly = false }: Reading = {},
): AsyncGenerator<Uint8Array> {
  const store = await context.store.bytes();
  const room = takesRoom(store, { readOnly }) ? context.room : unbounded;
  const wanted = piecesOfRange(pieces, first, last);
  let held = 0;
  const read = (piece: WantedPiece) => {
    held += piece.size;
    const bytes = store.get(piece.id, { readOnly });
    // The read is awaited one turn later. A failure until then must not count as unhandled.
    bytes.catch(() => undefined);
    return bytes;
  };
  let ahead: Promise<Uint8Array | undefined> | undefined;
  try {
    for (const [i, piece] of wanted.entries()) {
      if (!ahead) {
        // Only a response that has not begun can still be refused.
        if (!room.tryTake(piece.size)) await room.take(piece.size, i === 0 ? longestWait : undefined);
        ahead = read(piece);
      }
      const bytes = await ahead;
      const next = wanted[i + 1];
      ahead = next && room.tryTake(next.size) ? read(next) : undefined;
      if (!bytes) throw context.store.readsLag ? pieceUnseen() : missingPiece(piece.id);
      yield bytes.subarray(piece.from, piece.to);
      held -= piece.size;
      room.give(piece.size);
    }
  } finally {
    if (held > 0) room.give(held);
  }
}

/**
 * Returns whether reading from a byte store needs additional memory. If the caller does not change the bytes, a store
 * in memory returns its own arrays, and no additional memory is needed.
 */
export const takesRoom = (store: ByteStore, { readOnly = false }: Pick<Reading, 'readOnly'>): boolean =>
  !(readOnly && store.keepsHandedOver);

const missingPiece = (id: string) =>
  new Error(
    `The stored bytes with the id '${id}' are missing, so a layer or a manifest cannot be read: restore the storage from a backup`,
  );

interface WantedPiece {
  readonly id: string;
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

function piecesOfRange(pieces: readonly Piece[], first: number, last: number): WantedPiece[] {
  const wanted: WantedPiece[] = [];
  let offset = 0;
  for (const [id, size] of pieces) {
    const from = Math.max(0, first - offset);
    const to = Math.min(size, last - offset + 1);
    if (from < to) wanted.push({ id, size, from, to });
    offset += size;
  }
  return wanted;
}

/**
 * Reads all bytes of stored content from its pieces into one array. Returns undefined if a piece does not exist any
 * more, because the record that contained it was deleted meanwhile.
 */
export async function collectPieces(context: Context, pieces: readonly Piece[]): Promise<Uint8Array | undefined> {
  const store = await context.store.bytes();
  const [only] = pieces;
  if (only && pieces.length === 1) return store.get(only[0]);
  const parts = await Promise.all(pieces.map(([id]) => store.get(id)));
  const all = new Uint8Array(pieces.reduce((sum, [, size]) => sum + size, 0));
  let offset = 0;
  for (const part of parts) {
    if (!part) return undefined;
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
