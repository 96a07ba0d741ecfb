import { isIntercepted, RegistryError, randomUuid } from '@coracle/core';
import { statusOf, withStatus } from './statuses.ts';

/** A failure that is not the client's: of the storage, or of Coracle itself. */
export interface Failure {
  /** A UUID: the client got it in the place of the error. */
  readonly id: string;
  readonly error: unknown;
}

/** Is told of each failure. It should not throw. */
export type OnError = (failure: Failure) => void;

export const logError: OnError = ({ id, error }) => console.error(`Coracle failed (id ${id}):`, error);

/**
 * Gives what a client may know of an error. Refusals are shown as they are. The cause of a failure, which may name
 * folders and keys of the storage, goes to the log with an id, and the client gets the id.
 * @throws the error itself if it is a network error that a test has asked for: no answer shows one
 */
export type Reveal = (error: unknown) => RegistryError;

export function revealer(onError: OnError): Reveal {
  return (error) => {
    if (error instanceof RegistryError && (error.fault === 'client' || error.cause === undefined)) return error;
    if (isIntercepted(error)) return asException(error);
    const id = randomUuid();
    onError({ id, error });
    const status = error instanceof RegistryError ? Math.max(500, statusOf(error)) : 500;
    // A full storage is something that a client can do something about.
    const text = error instanceof RegistryError && status === 507 ? error.message : 'The registry failed.';
    const known = `${text} Its log has the cause under the id ${id}`;
    return withStatus(status, new RegistryError('ServerException', known, 'UNKNOWN', { fault: 'server' }));
  };
}

interface SdkError extends Error {
  readonly $fault?: unknown;
  readonly code?: unknown;
}

/** An error that a test asked for, as an answer shows it: its name, its message and its members. */
function asException(error: SdkError): RegistryError {
  if (isNetworkError(error)) throw error;
  if (error instanceof RegistryError) return error;
  const { name, message, $fault } = error;
  const members = Object.entries(error).filter(([key, value]) => !key.startsWith('$') && isPlain(key, value));
  const fault = $fault === 'client' ? 'client' : 'server';
  return new RegistryError(name, message, 'UNKNOWN', { fault, members: Object.fromEntries(members) });
}

const isPlain = (key: string, value: unknown): boolean =>
  !['name', 'message', 'stack', 'cause'].includes(key) && ['string', 'number', 'boolean'].includes(typeof value);

/** Codes of system errors (`ECONNRESET`) and of undici's (`UND_ERR_SOCKET`). */
const networkCode = /^(?:E[A-Z]+|UND_ERR_[A-Z_]+)$/;

/** Whether a connection, and no registry, would fail so: by the error's code, or as `fetch` puts it, by its cause's. */
export function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = (error.cause instanceof Error ? error.cause : error) as SdkError;
  return typeof code === 'string' && networkCode.test(code);
}
