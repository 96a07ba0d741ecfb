import { RegistryError } from '../errors.ts';
import type { Json } from '../storage/port.ts';
import type { Context } from './context.ts';
import { isObject } from './text.ts';

/** A piece of content: its id in the byte store and its size in bytes. A record that names bytes has them as `pieces`. */
export type Piece = readonly [id: string, size: number];

/** The pieces that a record names. */
export function piecesIn(value: Json): readonly Piece[] {
  return isObject(value) && Array.isArray(value.pieces) ? (value.pieces as Piece[]) : [];
}

/** Cut to this size, two pieces in flight stay small and one fits every store. */
export const pieceBytes = 8 * 1024 * 1024;

/**
 * Puts a piece that no record names yet.
 * @param handedOver nobody changes `bytes` any more, so that they need not be copied
 */
export async function putPiece(context: Context, bytes: Uint8Array, handedOver = false): Promise<Piece> {
  const id = await context.pieceIds.next();
  await (await context.store.bytes()).put(id, bytes, { handedOver });
  return [id, bytes.length];
}

export async function removePieces(context: Context, pieces: readonly Piece[]): Promise<void> {
  if (pieces.length > 0) await (await context.store.bytes()).remove(pieces.map(([id]) => id));
}

/**
 * Runs `use` with new pieces, and takes them away again if it is refused: nothing names them then. Where the
 * storage failed, its last commit may have been applied all the same, and they stay.
 */
export async function withPieces<T>(context: Context, pieces: readonly Piece[], use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    // The first failure is the one to tell; pieces left behind are orphans that the collector knows to handle.
    if (error instanceof RegistryError) await removePieces(context, pieces).catch(() => undefined);
    throw error;
  }
}

/**
 * The bytes from `first` to `last` (inclusive), with one piece read ahead.
 * @param readOnly nobody changes what comes, so that it may be the store's own
 */
export async function* readPieces(
  context: Context,
  pieces: readonly Piece[],
  first = 0,
  last = Number.POSITIVE_INFINITY,
  readOnly = false,
): AsyncGenerator<Uint8Array> {
  const store = await context.store.bytes();
  const wanted: { id: string; from: number; to: number }[] = [];
  let offset = 0;
  for (const [id, size] of pieces) {
    const from = Math.max(0, first - offset);
    const to = Math.min(size, last - offset + 1);
    if (from < to) wanted.push({ id, from, to });
    offset += size;
  }
  const read = (i: number) => {
    const piece = wanted[i];
    const bytes = piece && store.get(piece.id, { readOnly });
    // Awaited one turn later; a failure until then must not count as unhandled.
    bytes?.catch(() => undefined);
    return bytes;
  };
  let ahead = read(0);
  for (const [i, { id, from, to }] of wanted.entries()) {
    const bytes = await ahead;
    ahead = read(i + 1);
    if (!bytes) throw new Error(`The piece '${id}' of stored content is missing from the byte store`);
    yield bytes.subarray(from, to);
  }
}

/** All bytes of pieces, in one array; undefined where one is gone, because what named them went meanwhile. */
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

/** From this much on a content is gathered in a buffer of a whole piece; smaller ones are not worth one. */
const worthBuffer = pieceBytes / 2;

/**
 * Gathers chunks of any size into pieces of `pieceBytes`; the last may be smaller, an empty content has none. All are
 * copies. A piece is good until the next one is asked for: one buffer serves them all, so that a content of any size
 * takes no more memory than that.
 * @param toKeep each piece gets an array of its own, which whoever takes it may keep
 */
export async function* cutIntoPieces(content: AsyncIterable<Uint8Array>, toKeep = false): AsyncGenerator<Uint8Array> {
  let buffer: Uint8Array | undefined;
  let small: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    if (!buffer && size + chunk.length < worthBuffer) {
      if (chunk.length > 0) small.push(chunk);
      size += chunk.length;
      continue;
    }
    for (let rest = chunk; rest.length > 0; ) {
      buffer ??= fill(new Uint8Array(pieceBytes), small);
      small = [];
      const head = rest.subarray(0, pieceBytes - size);
      buffer.set(head, size);
      size += head.length;
      rest = rest.subarray(head.length);
      if (size < pieceBytes) break;
      yield buffer;
      if (toKeep) buffer = undefined;
      size = 0;
    }
  }
  if (size === 0) return;
  if (!buffer) yield fill(new Uint8Array(size), small);
  // A view would keep the whole buffer alive behind it.
  else yield toKeep ? new Uint8Array(buffer.subarray(0, size)) : buffer.subarray(0, size);
}

function fill(target: Uint8Array, chunks: readonly Uint8Array[]): Uint8Array {
  let offset = 0;
  for (const chunk of chunks) {
    target.set(chunk, offset);
    offset += chunk.length;
  }
  return target;
}
