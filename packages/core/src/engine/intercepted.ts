import { kindOf } from '../domain/text.ts';
import { sharedByCopies } from '../shared-by-copies.ts';

/** The errors that a test has asked for with `intercept`. */
const askedFor = sharedByCopies('askedFor', () => new WeakSet<Error>());

export function markIntercepted(error: Error): Error {
  askedFor.add(error);
  return error;
}

/**
 * Says whether a value is an Error, also if it comes from another JavaScript realm. Jest runs tests in a realm of their
 * own.
 */
export const isError = (value: unknown): value is Error => value instanceof Error || kindOf(value) === 'Error';

/** Says whether a test has asked for this error with `intercept`. The text of such an error may be shown to clients. */
export const isIntercepted = (error: unknown): error is Error => askedFor.has(error as Error);

/** The part of a call that is lost when a test simulates a broken connection. */
export type Loss = 'request' | 'answer';

const losses = sharedByCopies('losses', () => new WeakMap<Error, Loss>());

export function markLoss(error: Error, loss: Loss): Error {
  losses.set(error, loss);
  return error;
}

/**
 * Returns which part of a call is lost because of an error that `networkError` made: the request, so that the registry
 * never receives the call, or the answer, so that the call is carried out but the client gets an error. Returns
 * undefined for any other error.
 */
export const lossOf = (error: unknown): Loss | undefined => losses.get(error as Error);
