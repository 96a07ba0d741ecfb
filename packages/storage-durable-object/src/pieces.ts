import { doing, isNoRoom, type Wait } from './failures.ts';

/**
 * Calls R2 or KV, and again after every failure but one for want of room: the same call again changes nothing, and neither
 * says which of its failures pass.
 */
export const pieceCall = <T>(what: string, wait: Wait, call: () => Promise<T>): Promise<T> =>
  doing(what, wait, call, (error) => !isNoRoom(error));
