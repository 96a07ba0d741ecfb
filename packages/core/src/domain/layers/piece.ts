import type { Json } from '../../storage/port.ts';
import { isObject } from '../text.ts';

/**
 * A piece of stored content: its id in the byte store, and its size in bytes. A record lists its pieces in the member
 * `pieces`.
 */
export type Piece = readonly [id: string, size: number];

/**
 * Returns the pieces that a record lists in its member `pieces`. Returns an empty list if the record does not have this
 * member.
 */
export function piecesIn(value: Json): readonly Piece[] {
  return isObject(value) && Array.isArray(value.pieces) ? (value.pieces as Piece[]) : [];
}
