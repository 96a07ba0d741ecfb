import { failure, inRegistry, type RepositoryName } from './failure.ts';

export const uploadNotFound = failure<RepositoryName & { uploadId: string }>(
  'UploadNotFoundException',
  'BLOB_UPLOAD_UNKNOWN',
  (f) => `The upload with id '${f.uploadId}' in the ${inRegistry(f)} does not exist`,
);

export const emptyUpload = failure<RepositoryName & { uploadId: string }>(
  'EmptyUploadException',
  'BLOB_UPLOAD_INVALID',
  (f) =>
    `The upload with id '${f.uploadId}' in the ${inRegistry(f)} cannot be completed because it does not have any parts`,
);

interface PartFacts {
  /**
   * The account id of the registry, which becomes a member of the exception. The value is never an alias of the
   * registry.
   */
  readonly registryId: string;
  readonly repositoryName: string;
  readonly uploadId: string;
  /**
   * The position of the last byte that is stored, counted from 0. If nothing is stored, the position is also 0, because
   * the model of the AWS API allows no smaller number.
   */
  readonly lastValidByteReceived: number;
}

const partMembers = (f: PartFacts) => ({
  registryId: f.registryId,
  repositoryName: f.repositoryName,
  uploadId: f.uploadId,
  lastValidByteReceived: f.lastValidByteReceived,
});

/**
 * Makes the error for a part of a layer that does not start directly after the bytes that are already stored. Parts
 * must be sent in order, without gaps and without overlaps.
 */
export const layerPartOutOfOrder = failure<PartFacts & { first: number; expected: number }>(
  'InvalidLayerPartException',
  'BLOB_UPLOAD_INVALID',
  (f) => `First byte of the layer part is ${f.first} instead of ${f.expected}`,
  partMembers,
);

export const layerPartSizeMismatch = failure<PartFacts>(
  'InvalidLayerPartException',
  'SIZE_INVALID',
  () => 'Layer part size does not match the specified byte range',
  partMembers,
);

export const tooManyParts = failure<RepositoryName & { uploadId: string; limit: number }>(
  'LimitExceededException',
  'DENIED',
  (f) =>
    `The upload with id '${f.uploadId}' in the ${inRegistry(f)} already has the maximum allowed number of parts which is '${f.limit}'`,
);

/**
 * Makes the error for an upload at `/v2/` that has too many parts. A client can reach this limit with small chunks,
 * because chunks have no minimum size at `/v2/`.
 */
export const tooManyChunks = failure<RepositoryName & { uploadId: string; limit: number }>(
  'LimitExceededException',
  'SIZE_INVALID',
  (f) =>
    `The upload with id '${f.uploadId}' in the ${inRegistry(f)} already has the maximum number of parts which is '${f.limit}': start the upload again and send larger chunks, for example with coracle push`,
);

/**
 * Makes the error for a repository that has reached its limit of open uploads. The AWS SDKs retry a call that fails
 * with ThrottlingException, and clients of `/v2/` retry a request that fails with TOOMANYREQUESTS.
 */
export const tooManyOpenUploads = failure<RepositoryName & { limit: number }>(
  'ThrottlingException',
  'TOOMANYREQUESTS',
  (f) =>
    `The ${inRegistry(f)} already has the maximum number of open uploads which is '${f.limit}': complete or cancel some of them, or wait until they expire and collectGarbage() removes them`,
);

export const layerPartTooSmall = failure<void>(
  'LayerPartTooSmallException',
  'BLOB_UPLOAD_INVALID',
  () => 'All layer parts except the last part should be at least 5MB',
);

export const invalidLayer = failure<void>(
  'InvalidLayerException',
  'DIGEST_INVALID',
  () => 'None of the provided layer digests match the calculated layer digest',
);

export const layerAlreadyExists = failure<RepositoryName & { digest: string }>(
  'LayerAlreadyExistsException',
  'DENIED',
  (f) => `The layer with digest '${f.digest}' already exists in the ${inRegistry(f)}`,
);

export const blobUnknown = failure<RepositoryName & { digest: string }>(
  'LayersNotFoundException',
  'BLOB_UNKNOWN',
  (f) =>
    `The layer with digest '${f.digest}' does not exist within the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
);
