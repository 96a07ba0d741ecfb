import { constraintText, failure, inRegistry, inTheRegistry, type RepositoryName } from './failure.ts';

const idText = (id: { imageDigest?: string; imageTag?: string }) =>
  `{imageDigest:'${id.imageDigest ?? null}', imageTag:'${id.imageTag ?? null}'}`;

export const imageNotFound = failure<RepositoryName & { imageDigest?: string; imageTag?: string }>(
  'ImageNotFoundException',
  'MANIFEST_UNKNOWN',
  (f) =>
    `The image with imageId ${idText(f)} does not exist within the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
);

export const imageAlreadyExists = failure<RepositoryName & { digest: string; tag: string | undefined }>(
  'ImageAlreadyExistsException',
  'DENIED',
  (f) => `Image with digest '${f.digest}' and tag '${f.tag ?? null}' already exists in the ${inRegistry(f)}`,
);

export const imageTagAlreadyExists = failure<RepositoryName & { tag: string }>(
  'ImageTagAlreadyExistsException',
  'TAG_INVALID',
  (f) =>
    `The image tag '${f.tag}' already exists in the '${f.repositoryName}' repository and cannot be overwritten because the repository is immutable.`,
);

export const imageDigestDoesNotMatch = failure<RepositoryName & { digest: string }>(
  'ImageDigestDoesNotMatchException',
  'DIGEST_INVALID',
  (f) =>
    `The image with digest '${f.digest}' in repository '${f.repositoryName}' and registry ID '${f.registryId}' does not match the image digest that Amazon ECR has calculated.`,
);

const missing = (kind: string, f: RepositoryName & { digests: readonly string[] }) =>
  `${kind} with digests '[${f.digests.join(', ')}]' required for pushing image into ${inTheRegistry(f)} do not exist`;

export const layersNotFound = failure<RepositoryName & { digests: readonly string[] }>(
  'LayersNotFoundException',
  'MANIFEST_BLOB_UNKNOWN',
  (f) => missing('Layers', f),
);

export const referencedImagesNotFound = failure<RepositoryName & { digests: readonly string[] }>(
  'ReferencedImagesNotFoundException',
  'MANIFEST_BLOB_UNKNOWN',
  (f) => missing('Images', f),
);

/**
 * Makes the error for an image that cannot be deleted at `/v2/`, because an image index names the image.
 * BatchDeleteImage of the AWS API does not throw this error, but lists the image under `failures` in its response.
 */
export const imageReferenced = failure<string>('ImageReferencedByManifestList', 'UNSUPPORTED', (reason) => reason);

export const invalidManifest = failure<string>('InvalidParameterException', 'MANIFEST_INVALID', (constraint) =>
  constraintText({ path: 'ImageManifest', constraint }),
);

export const invalidManifestType = failure<string>('InvalidParameterException', 'MANIFEST_INVALID', (constraint) =>
  constraintText({ path: 'imageManifestMediaType', constraint }),
);

export const tooManyImages = failure<RepositoryName & { limit: number }>(
  'LimitExceededException',
  'DENIED',
  (f) => `The ${inRegistry(f)} already has the maximum allowed number of images which is '${f.limit}'`,
);

export const tooManyTagsOnImage = failure<RepositoryName & { tag: string; limit: number }>(
  'LimitExceededException',
  'DENIED',
  (f) =>
    `Adding tag '${f.tag}' to an image in the ${inRegistry(f)} exceeds the maximum allowed number of tags per image which is '${f.limit}'`,
);
