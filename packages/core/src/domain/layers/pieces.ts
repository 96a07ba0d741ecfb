import { pieceUnseen, RegistryError } from '../../errors.ts';
import type { ByteStore } from '../../storage/port.ts';
import { isContention } from '../../storage-kit.ts';
import type { Context } from '../context.ts';
import { longestWait, Room } from '../room.ts';
import type { Piece } from './piece.ts';

/** The room for bytes that take no memory of their own. */
const unbounded = new Room(Number.POSITIVE_INFINITY);

/** The size of a piece. Two pieces of this size in flight stay small, and one fits every store. */
export const pieceBytes = 8 * 1024 * 1024;

/**
 * Puts a piece that no record names yet.
 * @param handedOver whether nobody changes `bytes` any more, so that they need not be copied
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
 * Runs `use` with new pieces. If it is refused, the pieces are removed again, because no record names them. If the
 * storage failed, its last commit may still have been applied, so the pieces stay.
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

/** The bytes of stored content that are read, and how they are read. */
export interface Reading {
  /** The first byte; 0 by default. */
  readonly first?: number | undefined;
  /** The last byte, inclusive; the last byte of the content by default. */
  readonly last?: number | undefined;
  /** Whether the caller promises not to change the bytes, so that they need not be a copy; false by default. */
  readonly readOnly?: boolean | undefined;
}

/**
 * Reads the bytes of pieces, with one piece read ahead if there is room for it.
 * @throws ServerException if there is no room for the first piece, or a piece cannot be seen yet; Error if it is lost
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

/** Says whether reading takes memory of its own. A store that keeps arrays in memory gives out those arrays. */
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
 * Reads all bytes of pieces into one array; undefined if a piece is gone, because the record that named it was deleted
 * meanwhile.
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
