import type { Contention } from '../storage-kit.ts';
import { type ConstraintFacts, constraintText, failure, RegistryError } from './failure.ts';

const invalid = failure<ConstraintFacts>('InvalidParameterException', 'UNSUPPORTED', constraintText);

/** A member breaks a constraint of the service model, or a rule that the service checks by hand. */
export const invalidParameter = (path: string, constraint: string): RegistryError => invalid({ path, constraint });

/** The value of a member is of another type than the model's, or the document cannot be read at all. */
export const serialization = failure<string>('SerializationException', 'UNSUPPORTED', (text) => text);

/** The service has no such operation, or Coracle has not got it yet. */
export const unknownOperation = failure<string>('UnknownOperationException', 'UNSUPPORTED', (text) => text);

export const unsupportedCommand = failure<string>(
  'UnsupportedCommandException',
  'UNSUPPORTED',
  (operation) => `${operation} command is only supported in us-east-1.`,
);

/** Something under the registry failed: the storage, or the fault is Coracle's own. */
export const serverFailure = (operation: string, cause: unknown): RegistryError =>
  new RegistryError(
    'ServerException',
    `${operation} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    'UNKNOWN',
    { fault: 'server', cause },
  );

/** Other writers changed the same record again and again. Nothing was written. */
export const contention = ({ message }: Contention): RegistryError =>
  new RegistryError('ServerException', message, 'UNKNOWN', { fault: 'server', retryable: true });

/**
 * A list of a storage that lags does not show all of an upload yet. Nothing was written. At `/v2/` the upload is unknown,
 * as it would be if none of it were seen: docker, podman and skopeo begin it anew then, and give up at UNKNOWN.
 */
export const partsUnseen = (uploadId: string): RegistryError =>
  new RegistryError(
    'ServerException',
    `Not all parts of the upload '${uploadId}' can be seen yet. Nothing was written; try again.`,
    'BLOB_UPLOAD_UNKNOWN',
    { fault: 'server', retryable: true },
  );

/** The storage has no room left. */
export const storageFull = (operation: string, cause: unknown): RegistryError =>
  new RegistryError(
    'ServerException',
    `${operation} failed: the storage is full, and nothing was written. Delete what is not needed, then try again.`,
    'DENIED',
    { fault: 'server', cause },
  );

/** Too much is under way. Nothing was written. */
export const busy = (waited: number): RegistryError =>
  new RegistryError(
    'ServerException',
    `Other requests held all of the memory for bodies and answers for ${waited / 1000} seconds. Try again.`,
    'UNKNOWN',
    { fault: 'server', retryable: true },
  );

/** A storage that lags does not show a piece of a content yet. Clients try BLOB_UNKNOWN again, and give up at UNKNOWN. */
export const pieceUnseen = (): RegistryError =>
  new RegistryError('ServerException', 'Not all of the content can be seen yet. Try again.', 'BLOB_UNKNOWN', {
    fault: 'server',
    retryable: true,
  });
