import { isIntercepted, RegistryError, randomUuid } from '@coracle/core';
import { statusOf, withStatus } from './statuses.ts';

/** A failure that the client did not cause: an error of the storage, or of Coracle itself. */
export interface Failure {
  /** The UUID of this failure. The client gets only this id. The log contains the id and the error. */
  readonly id: string;
  readonly error: unknown;
}

/** A function that is called with each failure, for example to log the failure. The function should not throw. */
export type OnError = (failure: Failure) => void;

export const logError: OnError = ({ id, error }) => console.error(`Coracle failed (id ${id}):`, error);

/**
 * A function that takes any error and returns the error that the client may see.
 *
 * A RegistryError is returned as it is if the client caused the error, or if the error has no `cause`. An error that a
 * test has requested with `intercept` is returned as an AWS exception. For any other error the client gets a
 * ServerException with an id, and `onError` gets the error and the id. The error's own text is kept from the client,
 * because it may name folders and keys of the storage.
 * @throws the given error itself if it is a network error that a test has requested with `intercept`, because no answer
 * can show a network error
 */
export type Reveal = (error: unknown) => RegistryError;

// @__NO_SIDE_EFFECTS__
export function revealer(onError: OnError): Reveal {
  return (error) => {
    if (RegistryError.is(error) && (error.fault === 'client' || error.cause === undefined)) return error;
    if (isIntercepted(error)) return asException(error);
    const id = randomUuid();
    onError({ id, error });
    const status = RegistryError.is(error) ? Math.max(500, statusOf(error)) : 500;
    // The client sees that the storage is full, because its user can delete something.
    const text = RegistryError.is(error) && status === 507 ? error.message : 'The registry failed.';
    const known = `${text} Its log has the cause under the id ${id}`;
    return withStatus(status, new RegistryError('ServerException', known, 'UNKNOWN', { fault: 'server' }));
  };
}

const revealed = revealer(logError);

/**
 * Returns the error that a client in the same process may see. An error that a test has passed to `intercept` is thrown
 * unchanged, so that the AWS SDK treats it like an error of its own request handler.
 */
export const revealInProcess: Reveal = (error) => {
  if (isIntercepted(error)) throw error;
  return revealed(error);
};

interface SdkError extends Error {
  readonly $fault?: unknown;
  readonly code?: unknown;
}

/**
 * Returns an error that a test has requested with `intercept` as an AWS exception with the same name, message and
 * members.
 * @throws the given error itself if it is a network error
 */
function asException(error: SdkError): RegistryError {
  if (isNetworkError(error)) throw error;
  if (RegistryError.is(error)) return error;
  const { name, message, $fault } = error;
  const members = Object.entries(error).filter(([key, value]) => !key.startsWith('$') && isPlain(key, value));
  const fault = $fault === 'client' ? 'client' : 'server';
  return new RegistryError(name, message, 'UNKNOWN', { fault, members: Object.fromEntries(members) });
}

const isPlain = (key: string, value: unknown): boolean =>
  !['name', 'message', 'stack', 'cause'].includes(key) && ['string', 'number', 'boolean'].includes(typeof value);

/** Matches the codes of network errors: system errors such as `ECONNRESET`, and undici's such as `UND_ERR_SOCKET`. */
const networkCode = /^(?:E[A-Z]+|EAI_[A-Z]+|UND_ERR_[A-Z_]+)$/;

/**
 * Returns whether an error is a failure of the network connection and not of the registry. The function checks the
 * `code` of the error. If the error's `cause` is an error too, the function checks the `code` of the cause instead,
 * because `fetch` puts the network error into `cause`.
 */
export function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = (error.cause instanceof Error ? error.cause : error) as SdkError;
  return typeof code === 'string' && networkCode.test(code);
}
