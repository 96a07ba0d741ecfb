// Written by scripts/generate.mjs from model/ecr-public.json (2020-10-30). Do not edit.

/** The input, the output and the declared exceptions of each operation. */
export interface Operations {
  BatchCheckLayerAvailability: {
    input: BatchCheckLayerAvailabilityRequest;
    output: BatchCheckLayerAvailabilityResponse;
    errors:
      | 'InvalidParameterException'
      | 'RegistryNotFoundException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  BatchDeleteImage: {
    input: BatchDeleteImageRequest;
    output: BatchDeleteImageResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  CompleteLayerUpload: {
    input: CompleteLayerUploadRequest;
    output: CompleteLayerUploadResponse;
    errors:
      | 'EmptyUploadException'
      | 'InvalidLayerException'
      | 'InvalidParameterException'
      | 'LayerAlreadyExistsException'
      | 'LayerPartTooSmallException'
      | 'RegistryNotFoundException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException'
      | 'UploadNotFoundException';
  };
  CreateRepository: {
    input: CreateRepositoryRequest;
    output: CreateRepositoryResponse;
    errors:
      | 'InvalidParameterException'
      | 'InvalidTagParameterException'
      | 'LimitExceededException'
      | 'RepositoryAlreadyExistsException'
      | 'ServerException'
      | 'TooManyTagsException'
      | 'UnsupportedCommandException';
  };
  DeleteRepository: {
    input: DeleteRepositoryRequest;
    output: DeleteRepositoryResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotEmptyException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  DeleteRepositoryPolicy: {
    input: DeleteRepositoryPolicyRequest;
    output: DeleteRepositoryPolicyResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'RepositoryPolicyNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  DescribeImageTags: {
    input: DescribeImageTagsRequest;
    output: DescribeImageTagsResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  DescribeImages: {
    input: DescribeImagesRequest;
    output: DescribeImagesResponse;
    errors:
      | 'ImageNotFoundException'
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  DescribeRegistries: {
    input: DescribeRegistriesRequest;
    output: DescribeRegistriesResponse;
    errors: 'InvalidParameterException' | 'ServerException' | 'UnsupportedCommandException';
  };
  DescribeRepositories: {
    input: DescribeRepositoriesRequest;
    output: DescribeRepositoriesResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  GetAuthorizationToken: {
    input: GetAuthorizationTokenRequest;
    output: GetAuthorizationTokenResponse;
    errors: 'InvalidParameterException' | 'ServerException' | 'UnsupportedCommandException';
  };
  GetRegistryCatalogData: {
    input: GetRegistryCatalogDataRequest;
    output: GetRegistryCatalogDataResponse;
    errors: 'ServerException' | 'UnsupportedCommandException';
  };
  GetRepositoryCatalogData: {
    input: GetRepositoryCatalogDataRequest;
    output: GetRepositoryCatalogDataResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryCatalogDataNotFoundException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  GetRepositoryPolicy: {
    input: GetRepositoryPolicyRequest;
    output: GetRepositoryPolicyResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'RepositoryPolicyNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  InitiateLayerUpload: {
    input: InitiateLayerUploadRequest;
    output: InitiateLayerUploadResponse;
    errors:
      | 'InvalidParameterException'
      | 'RegistryNotFoundException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  ListTagsForResource: {
    input: ListTagsForResourceRequest;
    output: ListTagsForResourceResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  PutImage: {
    input: PutImageRequest;
    output: PutImageResponse;
    errors:
      | 'ImageAlreadyExistsException'
      | 'ImageDigestDoesNotMatchException'
      | 'ImageTagAlreadyExistsException'
      | 'InvalidParameterException'
      | 'LayersNotFoundException'
      | 'LimitExceededException'
      | 'ReferencedImagesNotFoundException'
      | 'RegistryNotFoundException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  PutRegistryCatalogData: {
    input: PutRegistryCatalogDataRequest;
    output: PutRegistryCatalogDataResponse;
    errors: 'InvalidParameterException' | 'ServerException' | 'UnsupportedCommandException';
  };
  PutRepositoryCatalogData: {
    input: PutRepositoryCatalogDataRequest;
    output: PutRepositoryCatalogDataResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  SetRepositoryPolicy: {
    input: SetRepositoryPolicyRequest;
    output: SetRepositoryPolicyResponse;
    errors:
      | 'InvalidParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException';
  };
  TagResource: {
    input: TagResourceRequest;
    output: TagResourceResponse;
    errors:
      | 'InvalidParameterException'
      | 'InvalidTagParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'TooManyTagsException'
      | 'UnsupportedCommandException';
  };
  UntagResource: {
    input: UntagResourceRequest;
    output: UntagResourceResponse;
    errors:
      | 'InvalidParameterException'
      | 'InvalidTagParameterException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'TooManyTagsException'
      | 'UnsupportedCommandException';
  };
  UploadLayerPart: {
    input: UploadLayerPartRequest;
    output: UploadLayerPartResponse;
    errors:
      | 'InvalidLayerPartException'
      | 'InvalidParameterException'
      | 'LimitExceededException'
      | 'RegistryNotFoundException'
      | 'RepositoryNotFoundException'
      | 'ServerException'
      | 'UnsupportedCommandException'
      | 'UploadNotFoundException';
  };
}

/** The exceptions that the models of the operations declare. */
export type ExceptionName = Operations[keyof Operations]['errors'];

/** A token for the Docker front: base64 of `AWS:<password>`, good until `expiresAt`. */
export interface AuthorizationData {
  /** Pattern `^\S+$`. */
  authorizationToken: string;
  expiresAt: Date;
}

/** What BatchCheckLayerAvailability takes. */
export interface BatchCheckLayerAvailabilityRequest {
  /** An account id or a registry's alias, 2 to 50 characters. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** 1 to 100 items, each at most 1,000 characters. */
  layerDigests: string[];
}

/** What BatchCheckLayerAvailability answers. */
export interface BatchCheckLayerAvailabilityResponse {
  layers: Layer[];
  failures: LayerFailure[];
}

/** What BatchDeleteImage takes. */
export interface BatchDeleteImageRequest {
  /** An account id or a registry's alias, 2 to 50 characters. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** 1 to 100 items. */
  imageIds: ImageIdentifier[];
}

/** What BatchDeleteImage answers. */
export interface BatchDeleteImageResponse {
  imageIds: ImageIdentifier[];
  failures: ImageFailure[];
}

/** What CompleteLayerUpload takes. */
export interface CompleteLayerUploadRequest {
  /** An account id or a registry's alias, 2 to 50 characters. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** Pattern `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`. */
  uploadId: string;
  /** 1 to 100 items, each `sha256:` and 64 hex digits, pattern `[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+`. */
  layerDigests: string[];
}

/** What CompleteLayerUpload answers. */
export interface CompleteLayerUploadResponse {
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** Pattern `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`. */
  uploadId: string;
  /** `sha256:` and 64 hex digits, pattern `[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+`. */
  layerDigest: string;
}

/** What CreateRepository takes. */
export interface CreateRepositoryRequest {
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  catalogData?: RepositoryCatalogDataInput;
  /** At most 200 items. */
  tags?: Tag[];
}

/** What CreateRepository answers. */
export interface CreateRepositoryResponse {
  repository: Repository;
  catalogData: RepositoryCatalogData;
}

/** What DeleteRepositoryPolicy takes. */
export interface DeleteRepositoryPolicyRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
}

/** What DeleteRepositoryPolicy answers. */
export interface DeleteRepositoryPolicyResponse {
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** At most 10,240 characters. */
  policyText: string;
}

/** What DeleteRepository takes. */
export interface DeleteRepositoryRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  force?: boolean;
}

/** What DeleteRepository answers. */
export interface DeleteRepositoryResponse {
  repository: Repository;
}

/** What DescribeImageTags takes. */
export interface DescribeImageTagsRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  nextToken?: string;
  /** 1 to 1,000. */
  maxResults?: number;
}

/** What DescribeImageTags answers. */
export interface DescribeImageTagsResponse {
  imageTagDetails: ImageTagDetail[];
  nextToken?: string;
}

/** What DescribeImages takes. */
export interface DescribeImagesRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** 1 to 100 items. */
  imageIds?: ImageIdentifier[];
  nextToken?: string;
  /** 1 to 1,000. */
  maxResults?: number;
}

/** What DescribeImages answers. */
export interface DescribeImagesResponse {
  imageDetails: ImageDetail[];
  nextToken?: string;
}

/** What DescribeRegistries takes. */
export interface DescribeRegistriesRequest {
  nextToken?: string;
  /** 1 to 1,000. */
  maxResults?: number;
}

/** What DescribeRegistries answers. */
export interface DescribeRegistriesResponse {
  registries: Registry[];
  nextToken?: string;
}

/** What DescribeRepositories takes. */
export interface DescribeRepositoriesRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 1 to 100 items, each 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryNames?: string[];
  nextToken?: string;
  /** 1 to 1,000. */
  maxResults?: number;
}

/** What DescribeRepositories answers. */
export interface DescribeRepositoriesResponse {
  repositories: Repository[];
  nextToken?: string;
}

/** What GetAuthorizationToken takes. */
export type GetAuthorizationTokenRequest = Record<never, never>;

/** What GetAuthorizationToken answers. */
export interface GetAuthorizationTokenResponse {
  authorizationData: AuthorizationData;
}

/** What GetRegistryCatalogData takes. */
export type GetRegistryCatalogDataRequest = Record<never, never>;

/** What GetRegistryCatalogData answers. */
export interface GetRegistryCatalogDataResponse {
  registryCatalogData: RegistryCatalogData;
}

/** What GetRepositoryCatalogData takes. */
export interface GetRepositoryCatalogDataRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
}

/** What GetRepositoryCatalogData answers. */
export interface GetRepositoryCatalogDataResponse {
  catalogData: RepositoryCatalogData;
}

/** What GetRepositoryPolicy takes. */
export interface GetRepositoryPolicyRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
}

/** What GetRepositoryPolicy answers. */
export interface GetRepositoryPolicyResponse {
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** At most 10,240 characters. */
  policyText: string;
}

/** An image: its manifest, byte for byte as it was pushed, and where it is kept. */
export interface Image {
  /** An account id or a registry's alias, 2 to 50 characters. */
  registryId: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  imageId: ImageIdentifier;
  /** 1 to 4,194,304 characters. */
  imageManifest: string;
  imageManifestMediaType: string;
}

/** An image as described, without its manifest. `imageTags` is absent from an untagged image. */
export interface ImageDetail {
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** `sha256:` and 64 hex digits. */
  imageDigest: string;
  /** Each 1 to 300 characters. */
  imageTags?: string[];
  imageSizeInBytes: number;
  imagePushedAt: Date;
  imageManifestMediaType: string;
  artifactMediaType?: string;
}

/** Why one image of a batch was refused, while the others were not. */
export interface ImageFailure {
  imageId: ImageIdentifier;
  failureCode: ImageFailureCode;
  failureReason: string;
}

export type ImageFailureCode =
  | 'InvalidImageDigest'
  | 'InvalidImageTag'
  | 'ImageTagDoesNotMatchDigest'
  | 'ImageNotFound'
  | 'MissingDigestAndTag'
  | 'ImageReferencedByManifestList'
  | 'KmsError';

/** An image by its digest, by its tag, or by both. */
export interface ImageIdentifier {
  /** `sha256:` and 64 hex digits. */
  imageDigest?: string;
  /** 1 to 300 characters. */
  imageTag?: string;
}

/** A tag, when it was put on its image, and that image. */
export interface ImageTagDetail {
  /** 1 to 300 characters. */
  imageTag: string;
  createdAt: Date;
  imageDetail: ReferencedImageDetail;
}

/** What InitiateLayerUpload takes. */
export interface InitiateLayerUploadRequest {
  /** An account id or a registry's alias, 2 to 50 characters. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
}

/** What InitiateLayerUpload answers. */
export interface InitiateLayerUploadResponse {
  /** Pattern `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`. */
  uploadId: string;
  /** 0 or more. */
  partSize: number;
}

/** Whether a layer is there. Size and media type are known of layers that are. */
export interface Layer {
  /** `sha256:` and 64 hex digits, pattern `[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+`. */
  layerDigest: string;
  layerAvailability: LayerAvailability;
  layerSize?: number;
  mediaType?: string;
}

export type LayerAvailability = 'AVAILABLE' | 'UNAVAILABLE';

/** Why one layer of a batch was refused, while the others were not. */
export interface LayerFailure {
  /** At most 1,000 characters. */
  layerDigest: string;
  failureCode: LayerFailureCode;
  failureReason: string;
}

export type LayerFailureCode = 'InvalidLayerDigest' | 'MissingLayerDigest';

/** What ListTagsForResource takes. */
export interface ListTagsForResourceRequest {
  /** 1 to 2,048 characters. */
  resourceArn: string;
}

/** What ListTagsForResource answers. */
export interface ListTagsForResourceResponse {
  tags: Tag[];
}

/** What PutImage takes. */
export interface PutImageRequest {
  /** An account id or a registry's alias, 2 to 50 characters. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** 1 to 4,194,304 characters. */
  imageManifest: string;
  imageManifestMediaType?: string;
  /** 1 to 300 characters. */
  imageTag?: string;
  /** `sha256:` and 64 hex digits. */
  imageDigest?: string;
}

/** What PutImage answers. */
export interface PutImageResponse {
  image: Image;
}

/** What PutRegistryCatalogData takes. */
export interface PutRegistryCatalogDataRequest {
  /** At most 100 characters. */
  displayName?: string;
}

/** What PutRegistryCatalogData answers. */
export interface PutRegistryCatalogDataResponse {
  registryCatalogData: RegistryCatalogData;
}

/** What PutRepositoryCatalogData takes. */
export interface PutRepositoryCatalogDataRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  catalogData: RepositoryCatalogDataInput;
}

/** What PutRepositoryCatalogData answers. */
export interface PutRepositoryCatalogDataResponse {
  catalogData: RepositoryCatalogData;
}

/** The image that a tag points to. */
export interface ReferencedImageDetail {
  /** `sha256:` and 64 hex digits. */
  imageDigest: string;
  imageSizeInBytes: number;
  imagePushedAt: Date;
  imageManifestMediaType: string;
  artifactMediaType?: string;
}

/** A public registry and its aliases. */
export interface Registry {
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 1 to 2,048 characters. */
  registryArn: string;
  registryUri: string;
  verified: boolean;
  aliases: RegistryAlias[];
}

/** A name under which a public registry can be reached: `public.ecr.aws/<name>/…`. */
export interface RegistryAlias {
  /** 2 to 50 characters, pattern `[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  name: string;
  status: RegistryAliasStatus;
  primaryRegistryAlias: boolean;
  defaultRegistryAlias: boolean;
}

export type RegistryAliasStatus = 'ACTIVE' | 'PENDING' | 'REJECTED';

/** What the public gallery shows about a registry. */
export interface RegistryCatalogData {
  /** At most 100 characters. */
  displayName?: string;
}

/** A repository: its names, and when it was made. */
export interface Repository {
  /** 1 to 2,048 characters. */
  repositoryArn: string;
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  repositoryUri: string;
  createdAt: Date;
}

/** What the public gallery shows about a repository. */
export interface RepositoryCatalogData {
  /** At most 1,024 characters. */
  description?: string;
  /** Each 1 to 50 characters. */
  architectures?: string[];
  /** Each 1 to 50 characters. */
  operatingSystems?: string[];
  /** At most 2,048 characters. */
  logoUrl?: string;
  /** At most 25,600 characters. */
  aboutText?: string;
  /** At most 25,600 characters. */
  usageText?: string;
  marketplaceCertified?: boolean;
}

/** What the public gallery is to show about a repository. */
export interface RepositoryCatalogDataInput {
  /** At most 1,024 characters. */
  description?: string;
  /** At most 50 items, each 1 to 50 characters. */
  architectures?: string[];
  /** At most 50 items, each 1 to 50 characters. */
  operatingSystems?: string[];
  /** At most 512,000 bytes. */
  logoImageBlob?: Uint8Array;
  /** At most 25,600 characters. */
  aboutText?: string;
  /** At most 25,600 characters. */
  usageText?: string;
}

/** What SetRepositoryPolicy takes. */
export interface SetRepositoryPolicyRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** At most 10,240 characters. */
  policyText: string;
  force?: boolean;
}

/** What SetRepositoryPolicy answers. */
export interface SetRepositoryPolicyResponse {
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** At most 10,240 characters. */
  policyText: string;
}

/** A resource tag, for cost allocation and access rules. It has nothing to do with image tags. */
export interface Tag {
  /** 1 to 128 characters. */
  Key?: string;
  /** At most 256 characters. */
  Value?: string;
}

/** What TagResource takes. */
export interface TagResourceRequest {
  /** 1 to 2,048 characters. */
  resourceArn: string;
  /** At most 200 items. */
  tags: Tag[];
}

/** What TagResource answers. */
export type TagResourceResponse = Record<never, never>;

/** What UntagResource takes. */
export interface UntagResourceRequest {
  /** 1 to 2,048 characters. */
  resourceArn: string;
  /** At most 200 items, each 1 to 128 characters. */
  tagKeys: string[];
}

/** What UntagResource answers. */
export type UntagResourceResponse = Record<never, never>;

/** What UploadLayerPart takes. */
export interface UploadLayerPartRequest {
  /** An account id or a registry's alias, 2 to 50 characters. */
  registryId?: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** Pattern `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`. */
  uploadId: string;
  /** 0 or more. */
  partFirstByte: number;
  /** 0 or more. */
  partLastByte: number;
  /** At most 20,971,520 bytes. */
  layerPartBlob: Uint8Array;
}

/** What UploadLayerPart answers. */
export interface UploadLayerPartResponse {
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 2 to 205 characters, pattern `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`. */
  repositoryName: string;
  /** Pattern `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`. */
  uploadId: string;
  /** 0 or more. */
  lastByteReceived: number;
}
