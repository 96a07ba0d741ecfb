import { kindOf } from '../domain/text.ts';
import { sharedByCopies } from '../shared-by-copies.ts';

/** The errors that a test asked for. */
const askedFor = sharedByCopies('askedFor', () => new WeakSet<Error>());

export function markIntercepted(error: Error): Error {
  askedFor.add(error);
  return error;
}

/** Says whether a value is an Error, of this realm or of another one: Jest runs tests in a realm of their own. */
export const isError = (value: unknown): value is Error => value instanceof Error || kindOf(value) === 'Error';

/** Says whether `intercept` was told to fail with this error. Nothing about it is a secret of the registry. */
export const isIntercepted = (error: unknown): error is Error => askedFor.has(error as Error);

/** The part of a call that its connection loses. */
export type Loss = 'request' | 'answer';

const losses = sharedByCopies('losses', () => new WeakMap<Error, Loss>());

export function markLoss(error: Error, loss: Loss): Error {
  losses.set(error, loss);
  return error;
}

/**
 * Says what is lost with an error that `networkError` made: the request, which the registry never sees, or the answer to
 * a call that was carried out. It returns undefined for any other error.
 */
export const lossOf = (error: unknown): Loss | undefined => losses.get(error as Error);
