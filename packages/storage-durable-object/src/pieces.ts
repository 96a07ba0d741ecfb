import { doing, isNoRoom, type Wait } from './failures.ts';

/**
 * Runs a call to R2 or KV, and retries it after every failure, unless the storage is full. A repeated call has no
 * further effect, and neither R2 nor KV says which of its failures are temporary.
 */
export const pieceCall = <T>(what: string, wait: Wait, call: () => Promise<T>): Promise<T> =>
  doing(what, wait, call, (error) => !isNoRoom(error));
