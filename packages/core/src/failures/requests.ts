import type { Contention } from '../storage-kit.ts';
import { type ConstraintFacts, constraintText, failure, RegistryError } from './failure.ts';

const invalid = failure<ConstraintFacts>('InvalidParameterException', 'UNSUPPORTED', constraintText);

/**
 * Makes the error for an invalid member of an input. `path` names the member. `constraint` is the constraint of the
 * service's API model that the member violates, or a rule that the service checks in addition to the model.
 */
export const invalidParameter = (path: string, constraint: string): RegistryError => invalid({ path, constraint });

/**
 * Makes the error for an input that cannot be parsed: the document is invalid as a whole, or a member has another type
 * than in the service's API model.
 */
export const serialization = failure<string>('SerializationException', 'UNSUPPORTED', (text) => text);

/** Makes the error for an operation that the service does not have, or that Coracle does not implement yet. */
export const unknownOperation = failure<string>('UnknownOperationException', 'UNSUPPORTED', (text) => text);

export const unsupportedCommand = failure<string>(
  'UnsupportedCommandException',
  'UNSUPPORTED',
  (operation) => `${operation} command is only supported in us-east-1.`,
);

/** Makes the error for a call that failed because the storage failed, or because Coracle has a bug. */
export const serverFailure = (operation: string, cause: unknown): RegistryError =>
  new RegistryError(
    'ServerException',
    `${operation} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    'UNKNOWN',
    { fault: 'server', cause },
  );

/**
 * Makes the error for a call that failed because other writers changed the same record during each attempt of the call.
 * Nothing was written.
 */
export const contention = ({ message }: Contention): RegistryError =>
  new RegistryError('ServerException', message, 'UNKNOWN', { fault: 'server', retryable: true });

/**
 * Makes the error for an upload if the storage does not return all parts of the upload yet, because the reads of the
 * storage lag behind its writes. Nothing was written.
 *
 * The error code at `/v2/` is BLOB_UPLOAD_UNKNOWN, because docker, podman and skopeo start an upload again after this
 * code. After the code UNKNOWN, docker, podman and skopeo would give up.
 */
export const partsUnseen = (uploadId: string): RegistryError =>
  new RegistryError(
    'ServerException',
    `The storage does not return all parts of the upload '${uploadId}' yet. Nothing was written. Try again.`,
    'BLOB_UPLOAD_UNKNOWN',
    { fault: 'server', retryable: true },
  );

/** Makes the error for a call that failed because the storage is full. */
export const storageFull = (operation: string, cause: unknown): RegistryError =>
  new RegistryError(
    'ServerException',
    `${operation} failed: the storage is full, and nothing was written. Delete images that are not needed, call collectGarbage(), then try again.`,
    'DENIED',
    { fault: 'server', cause },
  );

/**
 * Makes the error for a call that waited too long for memory, because other requests and their responses use all of the
 * memory that the option `maxBufferedBytes` allows. Nothing was written. `waited` is the time in milliseconds.
 */
export const busy = (waited: number): RegistryError =>
  new RegistryError(
    'ServerException',
    `Other requests used all of the memory for requests and responses (maxBufferedBytes) for ${waited / 1000} seconds. Try again.`,
    'UNKNOWN',
    { fault: 'server', retryable: true },
  );

/**
 * Makes the error for content if the storage does not return all of the content yet, because the reads of the storage
 * lag behind its writes. The error code at `/v2/` is BLOB_UNKNOWN, because clients retry after this code. After the
 * code UNKNOWN, clients would give up.
 */
export const pieceUnseen = (): RegistryError =>
  new RegistryError(
    'ServerException',
    'The storage does not return all of the content yet. Try again.',
    'BLOB_UNKNOWN',
    {
      fault: 'server',
      retryable: true,
    },
  );

/**
 * Makes the error for content that was stored outside of the engine so long ago that the garbage collector may remove
 * it at any moment. Nothing was recorded.
 */
export const reservationExpired = (): RegistryError =>
  new RegistryError(
    'ServerException',
    'The content arrived too slowly: the reservation of its pieces has expired. Nothing was written. Send it again.',
    'UNKNOWN',
    { fault: 'server', retryable: true },
  );
