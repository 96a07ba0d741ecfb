import { doing, isNoRoom, type Wait } from './failures.ts';

/**
 * Calls R2 or KV, and again after every failure but one for want of room: the same call again changes nothing, and neither
 * says which of its failures pass.
 */
export const pieceCall = <T>(what: string, wait: Wait, call: () => Promise<T>): Promise<T> =>
  doing(what, wait, call, (error) => !isNoRoom(error));

/** Refuses what is too large to be a piece. */
export function checkSize(id: string, bytes: Uint8Array, most: number): void {
  if (bytes.length <= most) return;
  throw new Error(
    `durableObjectStorage cannot put ${bytes.length} bytes under ${JSON.stringify(id)}: ` +
      `cut them into pieces of at most ${most} bytes.`,
  );
}
