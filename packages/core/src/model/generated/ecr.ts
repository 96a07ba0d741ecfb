// Written by scripts/generate.mjs from model/ecr.json (2015-09-21). Do not edit.

/** The input, the output and the declared exceptions of each operation. */
export interface Operations {
  CreateRepository: {
    input: CreateRepositoryRequest;
    output: CreateRepositoryResponse;
    errors:
      | 'InvalidParameterException'
      | 'InvalidTagParameterException'
      | 'KmsException'
      | 'LimitExceededException'
      | 'RepositoryAlreadyExistsException'
      | 'ServerException'
      | 'TooManyTagsException';
  };
  DeleteRepository: {
    input: DeleteRepositoryRequest;
    output: DeleteRepositoryResponse;
    errors:
      | 'InvalidParameterException'
      | 'KmsException'
      | 'RepositoryNotEmptyException'
      | 'RepositoryNotFoundException'
      | 'ServerException';
  };
  DescribeRepositories: {
    input: DescribeRepositoriesRequest;
    output: DescribeRepositoriesResponse;
    errors: 'InvalidParameterException' | 'RepositoryNotFoundException' | 'ServerException';
  };
  GetAuthorizationToken: {
    input: GetAuthorizationTokenRequest;
    output: GetAuthorizationTokenResponse;
    errors: 'InvalidParameterException' | 'ServerException';
  };
}

/** The exceptions that the models of the operations declare. */
export type ExceptionName = Operations[keyof Operations]['errors'];

/** A token for the Docker front: base64 of `AWS:<password>`, good until `expiresAt`. */
export interface AuthorizationData {
  /** Pattern `^\S+$`. */
  authorizationToken: string;
  expiresAt: Date;
  proxyEndpoint: string;
}

/** What CreateRepository takes. */
export interface CreateRepositoryRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 256 characters, pattern `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`. */
  repositoryName: string;
  tags?: Tag[];
  imageTagMutability?: ImageTagMutability;
  /** 1 to 5 items. */
  imageTagMutabilityExclusionFilters?: ImageTagMutabilityExclusionFilter[];
  imageScanningConfiguration?: ImageScanningConfiguration;
  encryptionConfiguration?: EncryptionConfiguration;
}

/** What CreateRepository answers. */
export interface CreateRepositoryResponse {
  repository: Repository;
}

/** What DeleteRepository takes. */
export interface DeleteRepositoryRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 2 to 256 characters, pattern `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`. */
  repositoryName: string;
  force?: boolean;
}

/** What DeleteRepository answers. */
export interface DeleteRepositoryResponse {
  repository: Repository;
}

/** What DescribeRepositories takes. */
export interface DescribeRepositoriesRequest {
  /** An account id, pattern `[0-9]{12}`. */
  registryId?: string;
  /** 1 to 100 items, each 2 to 256 characters, pattern `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`. */
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

/** How what is pushed to a repository is encrypted at rest. */
export interface EncryptionConfiguration {
  encryptionType: EncryptionType;
  /** 1 to 2,048 characters. */
  kmsKey?: string;
}

export type EncryptionType = 'AES256' | 'KMS' | 'KMS_DSSE';

/** What GetAuthorizationToken takes. */
export interface GetAuthorizationTokenRequest {
  /** 1 to 10 items, each an account id, pattern `[0-9]{12}`. @deprecated */
  registryIds?: string[];
}

/** What GetAuthorizationToken answers. */
export interface GetAuthorizationTokenResponse {
  authorizationData: AuthorizationData[];
}

/** Whether images are scanned when they are pushed. */
export interface ImageScanningConfiguration {
  scanOnPush?: boolean;
}

export type ImageTagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';

/** Tags that are exempt from the repository's mutability, `*` standing for any text. */
export interface ImageTagMutabilityExclusionFilter {
  filterType: ImageTagMutabilityExclusionFilterType;
  /** 1 to 128 characters, pattern `^[0-9a-zA-Z._*-]{1,128}$`. */
  filter: string;
}

export type ImageTagMutabilityExclusionFilterType = 'WILDCARD';

/** A repository: its names, and when it was made. */
export interface Repository {
  repositoryArn: string;
  /** An account id, pattern `[0-9]{12}`. */
  registryId: string;
  /** 2 to 256 characters, pattern `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`. */
  repositoryName: string;
  repositoryUri: string;
  createdAt: Date;
  imageTagMutability: ImageTagMutability;
  imageTagMutabilityExclusionFilters?: ImageTagMutabilityExclusionFilter[];
  imageScanningConfiguration: ImageScanningConfiguration;
  encryptionConfiguration: EncryptionConfiguration;
}

/** A resource tag, for cost allocation and access rules. It has nothing to do with image tags. */
export interface Tag {
  Key: string;
  Value: string;
}
