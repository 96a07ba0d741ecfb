import { kindOf } from '../domain/text.ts';
import { sharedByCopies } from '../shared-by-copies.ts';

/** The errors with which a test makes calls fail, by the test helper `intercept`. */
const askedFor = sharedByCopies('askedFor', () => new WeakSet<Error>());

export function markIntercepted(error: Error): Error {
  askedFor.add(error);
  return error;
}

/**
 * Says whether a value is an Error, also if the value comes from another JavaScript realm. Jest, for example, runs each
 * test file in a separate realm.
 */
export const isError = (value: unknown): value is Error => value instanceof Error || kindOf(value) === 'Error';

/**
 * Says whether a test has made a call fail with this error, by the test helper `intercept`. Clients may see the text of
 * such an error.
 */
export const isIntercepted = (error: unknown): error is Error => askedFor.has(error as Error);

/**
 * Says which message is lost when a test simulates a broken connection: the request of the client, or the answer of the
 * registry.
 */
export type Loss = 'request' | 'answer';

const losses = sharedByCopies('losses', () => new WeakMap<Error, Loss>());

export function markLoss(error: Error, loss: Loss): Error {
  losses.set(error, loss);
  return error;
}

/**
 * Returns which message of a call is lost if the test helper `networkError` made the error of the call. If the request
 * is lost, the registry never receives the call. If the answer is lost, the registry carries out the call, but the
 * client gets an error. Returns undefined if `networkError` did not make the error.
 */
export const lossOf = (error: unknown): Loss | undefined => losses.get(error as Error);
