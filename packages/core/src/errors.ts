import type { Json } from './storage/port.ts';

/**
 * Every failure of a registry, in one table: the AWS exception with its members and text, and the
 * code and status of the OCI distribution specification ("Error Codes") for the same failure at `/v2/`.
 *
 * Texts are those that the services answer with, where they are known. Where none is known, the text
 * says what was wrong, where, and what to do.
 */

/** The error codes of the OCI distribution specification, and the two that registries add to it. */
export type OciCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'TOOMANYREQUESTS'
  | 'UNAUTHORIZED'
  | 'UNKNOWN'
  | 'UNSUPPORTED';

/** How a failure shows at `/v2/`. */
export interface OciFace {
  readonly code: OciCode;
  readonly status: number;
}

/**
 * What a registry answers when it refuses. `name` is the AWS exception's name, as the SDK gives it;
 * `members` are the exception's own members beside the message (`lastValidByteReceived`, for one).
 */
export class RegistryError extends Error {
  override readonly name: string;
  readonly members: Readonly<Record<string, Json>>;
  readonly oci: OciFace;
  /** `server`: the call may be right and can be tried again; `client`: it will be refused again. */
  readonly fault: 'client' | 'server';

  constructor(
    name: string,
    message: string,
    oci: OciFace,
    options: { members?: Readonly<Record<string, Json>>; fault?: 'client' | 'server'; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.members = options.members ?? {};
    this.oci = oci;
    this.fault = options.fault ?? 'client';
  }
}

/** A repository as error texts name it: `registryId` is the account, or the alias that the caller wrote. */
export interface RepositoryName {
  readonly registryId: string;
  readonly repositoryName: string;
}

type Text<Facts> = (facts: Facts) => string;

function failure<Facts>(
  name: string,
  code: OciCode,
  status: number,
  text: Text<Facts>,
  members?: (facts: Facts) => Record<string, Json>,
): (facts: Facts) => RegistryError {
  return (facts) => new RegistryError(name, text(facts), { code, status }, members ? { members: members(facts) } : {});
}

const inRegistry = (r: RepositoryName) =>
  `repository with name '${r.repositoryName}' in registry with id '${r.registryId}'`;
const inTheRegistry = (r: RepositoryName) =>
  `repository with name '${r.repositoryName}' in the registry with id '${r.registryId}'`;

// Requests

interface ConstraintFacts {
  readonly path: string;
  readonly constraint: string;
}

const constraintText = (f: ConstraintFacts) =>
  `Invalid parameter at '${f.path}' failed to satisfy constraint: '${f.constraint}'`;

const invalid = failure<ConstraintFacts>('InvalidParameterException', 'UNSUPPORTED', 400, constraintText);

/** A member breaks a constraint of the service model, or a rule that the service checks by hand. */
export const invalidParameter = (path: string, constraint: string): RegistryError => invalid({ path, constraint });

/** The value of a member is of another type than the model's, or the document cannot be read at all. */
export const serialization = failure<string>('SerializationException', 'UNSUPPORTED', 400, (text) => text);

/** The service has no such operation, or Coracle has not got it yet. */
export const unknownOperation = failure<string>('UnknownOperationException', 'UNSUPPORTED', 400, (text) => text);

export const unsupportedCommand = failure<string>(
  'UnsupportedCommandException',
  'UNSUPPORTED',
  400,
  (operation) => `${operation} command is only supported in us-east-1.`,
);

/** Something under the registry failed: the storage, or the fault is Coracle's own. */
export const serverFailure = (operation: string, cause: unknown): RegistryError =>
  new RegistryError(
    'ServerException',
    `${operation} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    { code: 'UNKNOWN', status: 500 },
    { fault: 'server', cause },
  );

/** Other writers changed the same record again and again. Nothing was written. */
export const contention = (key: string, attempts: number): RegistryError =>
  new RegistryError(
    'ServerException',
    `The record '${key}' was changed by others at each of ${attempts} attempts to change it. Nothing was written; try again.`,
    { code: 'UNKNOWN', status: 503 },
    { fault: 'server' },
  );

// Registries and repositories

export const registryNotFound = failure<string>(
  'RegistryNotFoundException',
  'NAME_UNKNOWN',
  404,
  (registryId) => `The registry with id '${registryId}' does not exist`,
);

export const repositoryNotFound = failure<RepositoryName>(
  'RepositoryNotFoundException',
  'NAME_UNKNOWN',
  404,
  (r) => `The repository with name '${r.repositoryName}' does not exist in the registry with id '${r.registryId}'`,
);

export const repositoryAlreadyExists = failure<RepositoryName>(
  'RepositoryAlreadyExistsException',
  'DENIED',
  409,
  (r) => `The repository with name '${r.repositoryName}' already exists in the registry with id '${r.registryId}'`,
);

export const repositoryNotEmpty = failure<RepositoryName>(
  'RepositoryNotEmptyException',
  'DENIED',
  409,
  (r) => `The ${inRegistry(r)} cannot be deleted because it still contains images`,
);

export const tooManyRepositories = failure<{ registryId: string; limit: number }>(
  'LimitExceededException',
  'DENIED',
  403,
  (f) =>
    `The registry with id '${f.registryId}' already has the maximum allowed number of repositories which is '${f.limit}'`,
);

export const repositoryPolicyNotFound = failure<RepositoryName>(
  'RepositoryPolicyNotFoundException',
  'UNKNOWN',
  404,
  (r) => `Repository policy does not exist for the ${inTheRegistry(r)}`,
);

// Resource tags

export const invalidTagParameter = failure<void>(
  'InvalidTagParameterException',
  'UNSUPPORTED',
  400,
  () => 'Tag parameters are invalid',
);

export const tooManyTags = failure<number>(
  'TooManyTagsException',
  'UNSUPPORTED',
  400,
  (limit) => `Maximum number of tags allowed per resource is ${limit}.`,
);

// Layers and uploads

export const uploadNotFound = failure<RepositoryName & { uploadId: string }>(
  'UploadNotFoundException',
  'BLOB_UPLOAD_UNKNOWN',
  404,
  (f) => `The upload with id '${f.uploadId}' in the ${inRegistry(f)} does not exist`,
);

export const emptyUpload = failure<RepositoryName & { uploadId: string }>(
  'EmptyUploadException',
  'BLOB_UPLOAD_INVALID',
  400,
  (f) =>
    `The upload with id '${f.uploadId}' in the ${inRegistry(f)} cannot be completed because it does not have any parts`,
);

interface PartFacts {
  /** A member of the exception, so always the account. */
  readonly registryId: string;
  readonly repositoryName: string;
  readonly uploadId: string;
  /** The last byte that is stored, counted from 0; 0 as well where nothing is (the model's minimum). */
  readonly lastValidByteReceived: number;
}

const partMembers = (f: PartFacts) => ({
  registryId: f.registryId,
  repositoryName: f.repositoryName,
  uploadId: f.uploadId,
  lastValidByteReceived: f.lastValidByteReceived,
});

/** A gap, an overlap or a part sent again: parts are strictly sequential. */
export const layerPartOutOfOrder = failure<PartFacts & { first: number; expected: number }>(
  'InvalidLayerPartException',
  'BLOB_UPLOAD_INVALID',
  416,
  (f) => `First byte of the layer part is ${f.first} instead of ${f.expected}`,
  partMembers,
);

export const layerPartSizeMismatch = failure<PartFacts>(
  'InvalidLayerPartException',
  'SIZE_INVALID',
  400,
  () => 'Layer part size does not match the specified byte range',
  partMembers,
);

export const tooManyParts = failure<RepositoryName & { uploadId: string; limit: number }>(
  'LimitExceededException',
  'DENIED',
  403,
  (f) =>
    `The upload with id '${f.uploadId}' in the ${inRegistry(f)} already has the maximum allowed number of parts which is '${f.limit}'`,
);

export const layerPartTooSmall = failure<void>(
  'LayerPartTooSmallException',
  'BLOB_UPLOAD_INVALID',
  400,
  () => 'All layer parts except the last part should be at least 5MB',
);

export const invalidLayer = failure<void>(
  'InvalidLayerException',
  'DIGEST_INVALID',
  400,
  () => 'None of the provided layer digests match the calculated layer digest',
);

export const layerAlreadyExists = failure<RepositoryName & { digest: string }>(
  'LayerAlreadyExistsException',
  'DENIED',
  409,
  (f) => `The layer with digest '${f.digest}' already exists in the ${inRegistry(f)}`,
);

export const blobUnknown = failure<RepositoryName & { digest: string }>(
  'LayersNotFoundException',
  'BLOB_UNKNOWN',
  404,
  (f) =>
    `The layer with digest '${f.digest}' does not exist within the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
);

// Images

const idText = (id: { imageDigest?: string; imageTag?: string }) =>
  `{imageDigest:'${id.imageDigest ?? null}', imageTag:'${id.imageTag ?? null}'}`;

export const imageNotFound = failure<RepositoryName & { imageDigest?: string; imageTag?: string }>(
  'ImageNotFoundException',
  'MANIFEST_UNKNOWN',
  404,
  (f) =>
    `The image with imageId ${idText(f)} does not exist within the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
);

export const imageAlreadyExists = failure<RepositoryName & { digest: string; tag: string | undefined }>(
  'ImageAlreadyExistsException',
  'DENIED',
  409,
  (f) => `Image with digest '${f.digest}' and tag '${f.tag ?? null}' already exists in the ${inRegistry(f)}`,
);

export const imageTagAlreadyExists = failure<RepositoryName & { tag: string }>(
  'ImageTagAlreadyExistsException',
  'TAG_INVALID',
  400,
  (f) =>
    `The image tag '${f.tag}' already exists in the '${f.repositoryName}' repository and cannot be overwritten because the repository is immutable.`,
);

export const imageDigestDoesNotMatch = failure<RepositoryName & { digest: string }>(
  'ImageDigestDoesNotMatchException',
  'DIGEST_INVALID',
  400,
  (f) =>
    `The image with digest '${f.digest}' in repository '${f.repositoryName}' and registry ID '${f.registryId}' does not match the image digest that Amazon ECR has calculated.`,
);

const missing = (kind: string, f: RepositoryName & { digests: readonly string[] }) =>
  `${kind} with digests '[${f.digests.join(', ')}]' required for pushing image into ${inTheRegistry(f)} do not exist`;

export const layersNotFound = failure<RepositoryName & { digests: readonly string[] }>(
  'LayersNotFoundException',
  'MANIFEST_BLOB_UNKNOWN',
  400,
  (f) => missing('Layers', f),
);

export const referencedImagesNotFound = failure<RepositoryName & { digests: readonly string[] }>(
  'ReferencedImagesNotFoundException',
  'MANIFEST_BLOB_UNKNOWN',
  400,
  (f) => missing('Images', f),
);

/** At `/v2/` alone: BatchDeleteImage lists it among its failures. */
export const imageReferenced = failure<string>('ImageReferencedByManifestList', 'UNSUPPORTED', 405, (reason) => reason);

export const invalidManifest = failure<string>('InvalidParameterException', 'MANIFEST_INVALID', 400, (constraint) =>
  constraintText({ path: 'ImageManifest', constraint }),
);

export const invalidManifestType = failure<string>('InvalidParameterException', 'MANIFEST_INVALID', 400, (constraint) =>
  constraintText({ path: 'imageManifestMediaType', constraint }),
);

export const tooManyImages = failure<RepositoryName & { limit: number }>(
  'LimitExceededException',
  'DENIED',
  403,
  (f) => `The ${inRegistry(f)} already has the maximum allowed number of images which is '${f.limit}'`,
);

export const tooManyTagsOnImage = failure<RepositoryName & { tag: string; limit: number }>(
  'LimitExceededException',
  'DENIED',
  403,
  (f) =>
    `Adding tag '${f.tag}' to an image in the ${inRegistry(f)} exceeds the maximum allowed number of tags per image which is '${f.limit}'`,
);

// What only the OCI distribution specification can say

export const digestInvalid = failure<string>(
  'InvalidParameterException',
  'DIGEST_INVALID',
  400,
  (digest) =>
    `The digest '${digest}' is not one that can be verified: write sha256:<64 hex digits> or sha512:<128 hex digits>`,
);

export const nameInvalid = failure<string>(
  'InvalidParameterException',
  'NAME_INVALID',
  400,
  (name) => `'${name}' is not the name of a repository`,
);

export const tagInvalid = failure<string>(
  'InvalidParameterException',
  'TAG_INVALID',
  400,
  (tag) => `'${tag}' is not a tag: 1 to 128 letters, digits, '_', '.' and '-', the first no '.' or '-'`,
);
