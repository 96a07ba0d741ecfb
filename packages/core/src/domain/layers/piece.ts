import type { Json } from '../../storage/port.ts';
import { isObject } from '../text.ts';

/**
 * A piece of content: its id in the byte store and its size in bytes. A record that names pieces has them as `pieces`.
 */
export type Piece = readonly [id: string, size: number];

/** Gives the pieces that a record names. */
export function piecesIn(value: Json): readonly Piece[] {
  return isObject(value) && Array.isArray(value.pieces) ? (value.pieces as Piece[]) : [];
}
