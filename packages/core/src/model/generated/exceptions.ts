// Written by scripts/generate.mjs from the models of the services. Do not edit.

/** The exceptions that the model of each operation declares, without `Exception` at their end. */
export const exceptions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'ecr-public': {
    BatchCheckLayerAvailability: ['RegistryNotFound', 'RepositoryNotFound', 'UnsupportedCommand'],
    BatchDeleteImage: ['RepositoryNotFound', 'UnsupportedCommand'],
    CompleteLayerUpload: [
      'EmptyUpload',
      'InvalidLayer',
      'LayerAlreadyExists',
      'LayerPartTooSmall',
      'RegistryNotFound',
      'RepositoryNotFound',
      'UnsupportedCommand',
      'UploadNotFound',
    ],
    CreateRepository: [
      'InvalidTagParameter',
      'LimitExceeded',
      'RepositoryAlreadyExists',
      'TooManyTags',
      'UnsupportedCommand',
    ],
    DeleteRepository: ['RepositoryNotEmpty', 'RepositoryNotFound', 'UnsupportedCommand'],
    DeleteRepositoryPolicy: ['RepositoryNotFound', 'RepositoryPolicyNotFound', 'UnsupportedCommand'],
    DescribeImageTags: ['RepositoryNotFound', 'UnsupportedCommand'],
    DescribeImages: ['ImageNotFound', 'RepositoryNotFound', 'UnsupportedCommand'],
    DescribeRegistries: ['UnsupportedCommand'],
    DescribeRepositories: ['RepositoryNotFound', 'UnsupportedCommand'],
    GetAuthorizationToken: ['UnsupportedCommand'],
    GetRegistryCatalogData: ['UnsupportedCommand'],
    GetRepositoryCatalogData: ['RepositoryCatalogDataNotFound', 'RepositoryNotFound', 'UnsupportedCommand'],
    GetRepositoryPolicy: ['RepositoryNotFound', 'RepositoryPolicyNotFound', 'UnsupportedCommand'],
    InitiateLayerUpload: ['RegistryNotFound', 'RepositoryNotFound', 'UnsupportedCommand'],
    ListTagsForResource: ['RepositoryNotFound', 'UnsupportedCommand'],
    PutImage: [
      'ImageAlreadyExists',
      'ImageDigestDoesNotMatch',
      'ImageTagAlreadyExists',
      'LayersNotFound',
      'LimitExceeded',
      'ReferencedImagesNotFound',
      'RegistryNotFound',
      'RepositoryNotFound',
      'UnsupportedCommand',
    ],
    PutRegistryCatalogData: ['UnsupportedCommand'],
    PutRepositoryCatalogData: ['RepositoryNotFound', 'UnsupportedCommand'],
    SetRepositoryPolicy: ['RepositoryNotFound', 'UnsupportedCommand'],
    TagResource: ['InvalidTagParameter', 'RepositoryNotFound', 'TooManyTags', 'UnsupportedCommand'],
    UntagResource: ['InvalidTagParameter', 'RepositoryNotFound', 'TooManyTags', 'UnsupportedCommand'],
    UploadLayerPart: [
      'InvalidLayerPart',
      'LimitExceeded',
      'RegistryNotFound',
      'RepositoryNotFound',
      'UnsupportedCommand',
      'UploadNotFound',
    ],
  },
  ecr: {
    CreateRepository: ['InvalidTagParameter', 'Kms', 'LimitExceeded', 'RepositoryAlreadyExists', 'TooManyTags'],
    DeleteRepository: ['Kms', 'RepositoryNotEmpty', 'RepositoryNotFound'],
    DescribeRepositories: ['RepositoryNotFound'],
    GetAuthorizationToken: [],
  },
};

/** The members of the exceptions that have more than a message. */
export const exceptionMembers: Readonly<Record<string, readonly string[]>> = {
  InvalidLayerPartException: ['registryId', 'repositoryName', 'uploadId', 'lastValidByteReceived'],
  KmsException: ['kmsError'],
};
