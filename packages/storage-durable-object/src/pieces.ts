import { doing, isNoRoom, type Wait } from './failures.ts';

/**
 * Calls R2 or KV, and retries after every failure except missing room. Repeating a call changes nothing, and neither
 * service says which of its failures are temporary.
 */
export const pieceCall = <T>(what: string, wait: Wait, call: () => Promise<T>): Promise<T> =>
  doing(what, wait, call, (error) => !isNoRoom(error));
