import type { Contention } from '../storage-kit.ts';
import { type ConstraintFacts, constraintText, failure, RegistryError } from './failure.ts';

const invalid = failure<ConstraintFacts>('InvalidParameterException', 'UNSUPPORTED', constraintText);

/**
 * Makes the failure of an input: a member violates a constraint of the service model, or a rule that the service checks
 * by hand.
 */
export const invalidParameter = (path: string, constraint: string): RegistryError => invalid({ path, constraint });

/**
 * Makes the failure of an input that cannot be read: a member's value has another type than in the model, or the
 * document cannot be read at all.
 */
export const serialization = failure<string>('SerializationException', 'UNSUPPORTED', (text) => text);

/** Makes the failure of an operation that the service does not have, or that Coracle does not have yet. */
export const unknownOperation = failure<string>('UnknownOperationException', 'UNSUPPORTED', (text) => text);

export const unsupportedCommand = failure<string>(
  'UnsupportedCommandException',
  'UNSUPPORTED',
  (operation) => `${operation} command is only supported in us-east-1.`,
);

/** Makes the failure of a call because the storage failed, or because Coracle has a bug. */
export const serverFailure = (operation: string, cause: unknown): RegistryError =>
  new RegistryError(
    'ServerException',
    `${operation} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    'UNKNOWN',
    { fault: 'server', cause },
  );

/** Makes the failure of a call because other writers changed the same record at each attempt. Nothing was written. */
export const contention = ({ message }: Contention): RegistryError =>
  new RegistryError('ServerException', message, 'UNKNOWN', { fault: 'server', retryable: true });

/**
 * Makes the failure of a call because reads lag, and a list does not show all of an upload yet. Nothing was written. At
 * `/v2/` the upload is unknown, as it would be if none of it were seen. At that code docker, podman and skopeo start
 * the upload again; at UNKNOWN they give up.
 */
export const partsUnseen = (uploadId: string): RegistryError =>
  new RegistryError(
    'ServerException',
    `The storage does not show all parts of the upload '${uploadId}' yet. Nothing was written. Try again.`,
    'BLOB_UPLOAD_UNKNOWN',
    { fault: 'server', retryable: true },
  );

/** Makes the failure of a call because the storage is full. */
export const storageFull = (operation: string, cause: unknown): RegistryError =>
  new RegistryError(
    'ServerException',
    `${operation} failed: the storage is full, and nothing was written. Delete data that is not needed, then try again.`,
    'DENIED',
    { fault: 'server', cause },
  );

/**
 * Makes the failure of a call because too many bytes of requests and responses are in progress. Nothing was written.
 */
export const busy = (waited: number): RegistryError =>
  new RegistryError(
    'ServerException',
    `Other requests used all of the memory for requests and responses for ${waited / 1000} seconds. Try again.`,
    'UNKNOWN',
    { fault: 'server', retryable: true },
  );

/**
 * Makes the failure of a call because reads lag, and a piece of the content cannot be seen yet. Clients retry at
 * BLOB_UNKNOWN, and give up at UNKNOWN.
 */
export const pieceUnseen = (): RegistryError =>
  new RegistryError('ServerException', 'The storage does not show all of the content yet. Try again.', 'BLOB_UNKNOWN', {
    fault: 'server',
    retryable: true,
  });
