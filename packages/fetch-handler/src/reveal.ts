import { isIntercepted, RegistryError, randomUuid } from '@coracle/core';
import { statusOf, withStatus } from './statuses.ts';

/** A failure that is not caused by the client: of the storage, or of Coracle itself. */
export interface Failure {
  /** A UUID, which the client got instead of the error. */
  readonly id: string;
  readonly error: unknown;
}

/** Is called with each failure. It should not throw. */
export type OnError = (failure: Failure) => void;

export const logError: OnError = ({ id, error }) => console.error(`Coracle failed (id ${id}):`, error);

/**
 * Gives the error that a client may see. Refusals are shown as they are. The cause of a failure may name folders and
 * keys of the storage. It goes to the log with an id, and the client gets the id.
 * @throws the error itself if it is a network error that a test has asked for, because no answer can show one
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
    // A client can do something about a full storage.
    const text = RegistryError.is(error) && status === 507 ? error.message : 'The registry failed.';
    const known = `${text} Its log has the cause under the id ${id}`;
    return withStatus(status, new RegistryError('ServerException', known, 'UNKNOWN', { fault: 'server' }));
  };
}

interface SdkError extends Error {
  readonly $fault?: unknown;
  readonly code?: unknown;
}

/**
 * Turns an error that a test asked for into one that an answer can show, with its name, its message and its members.
 * @throws the error itself if it is a network error
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

/** Codes of system errors (`ECONNRESET`) and of undici's (`UND_ERR_SOCKET`). */
const networkCode = /^(?:E[A-Z]+|EAI_[A-Z]+|UND_ERR_[A-Z_]+)$/;

/**
 * Says whether an error is a failure of the connection and not of the registry. It looks at the error's code or, as
 * with `fetch`, at its cause's code.
 */
export function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = (error.cause instanceof Error ? error.cause : error) as SdkError;
  return typeof code === 'string' && networkCode.test(code);
}
