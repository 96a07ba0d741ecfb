// Written by scripts/generate.mjs from model/ecr-public.json (2020-10-30). Do not edit.
import type { BlobShape, BooleanShape, ListShape, NumberShape, StringShape, StructureShape } from '../shape.ts';
import type { Operations } from './ecr-public.ts';

const repositoryNamePattern = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*';
const uploadIdPattern = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const layerDigestPattern = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
const registryIdPattern = '[0-9]{12}';

const registryIdOrAlias: StringShape = { type: 'string', min: 2, max: 50 };
const repositoryName: StringShape = { type: 'string', min: 2, max: 205, pattern: repositoryNamePattern };
const batchedOperationLayerDigest: StringShape = { type: 'string', min: 0, max: 1000 };
const batchedOperationLayerDigestList: ListShape = {
  type: 'list',
  item: batchedOperationLayerDigest,
  min: 1,
  max: 100,
};
const batchCheckLayerAvailabilityRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryIdOrAlias],
    ['repositoryName', repositoryName, true],
    ['layerDigests', batchedOperationLayerDigestList, true],
  ],
};
const anyString: StringShape = { type: 'string' };
const imageTag: StringShape = { type: 'string', min: 1, max: 300 };
const imageIdentifier: StructureShape = {
  type: 'structure',
  members: [
    ['imageDigest', anyString],
    ['imageTag', imageTag],
  ],
};
const imageIdentifierList: ListShape = { type: 'list', item: imageIdentifier, min: 1, max: 100 };
const batchDeleteImageRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryIdOrAlias],
    ['repositoryName', repositoryName, true],
    ['imageIds', imageIdentifierList, true],
  ],
};
const uploadId: StringShape = { type: 'string', pattern: uploadIdPattern };
const layerDigest: StringShape = { type: 'string', pattern: layerDigestPattern };
const layerDigestList: ListShape = { type: 'list', item: layerDigest, min: 1, max: 100 };
const completeLayerUploadRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryIdOrAlias],
    ['repositoryName', repositoryName, true],
    ['uploadId', uploadId, true],
    ['layerDigests', layerDigestList, true],
  ],
};
const repositoryDescription: StringShape = { type: 'string', max: 1024 };
const architecture: StringShape = { type: 'string', min: 1, max: 50 };
const architectureList: ListShape = { type: 'list', item: architecture, max: 50 };
const logoImageBlob: BlobShape = { type: 'blob', min: 0, max: 512000 };
const aboutText: StringShape = { type: 'string', max: 25600 };
const repositoryCatalogDataInput: StructureShape = {
  type: 'structure',
  members: [
    ['description', repositoryDescription],
    ['architectures', architectureList],
    ['operatingSystems', architectureList],
    ['logoImageBlob', logoImageBlob],
    ['aboutText', aboutText],
    ['usageText', aboutText],
  ],
};
const tagKey: StringShape = { type: 'string', min: 1, max: 128 };
const tagValue: StringShape = { type: 'string', min: 0, max: 256 };
const tag: StructureShape = {
  type: 'structure',
  members: [
    ['Key', tagKey],
    ['Value', tagValue],
  ],
};
const tagList: ListShape = { type: 'list', item: tag, min: 0, max: 200 };
const createRepositoryRequest: StructureShape = {
  type: 'structure',
  members: [
    ['repositoryName', repositoryName, true],
    ['catalogData', repositoryCatalogDataInput],
    ['tags', tagList],
  ],
};
const registryId: StringShape = { type: 'string', pattern: registryIdPattern };
const anyBoolean: BooleanShape = { type: 'boolean' };
const deleteRepositoryRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryName', repositoryName, true],
    ['force', anyBoolean],
  ],
};
const deleteRepositoryPolicyRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryName', repositoryName, true],
  ],
};
const maxResults: NumberShape = { type: 'integer', min: 1, max: 1000 };
const describeImageTagsRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryName', repositoryName, true],
    ['nextToken', anyString],
    ['maxResults', maxResults],
  ],
};
const describeImagesRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryName', repositoryName, true],
    ['imageIds', imageIdentifierList],
    ['nextToken', anyString],
    ['maxResults', maxResults],
  ],
};
const describeRegistriesRequest: StructureShape = {
  type: 'structure',
  members: [
    ['nextToken', anyString],
    ['maxResults', maxResults],
  ],
};
const repositoryNameList: ListShape = { type: 'list', item: repositoryName, min: 1, max: 100 };
const describeRepositoriesRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryNames', repositoryNameList],
    ['nextToken', anyString],
    ['maxResults', maxResults],
  ],
};
const getAuthorizationTokenRequest: StructureShape = { type: 'structure', members: [] };
const initiateLayerUploadRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryIdOrAlias],
    ['repositoryName', repositoryName, true],
  ],
};
const arn: StringShape = { type: 'string', min: 1, max: 2048 };
const listTagsForResourceRequest: StructureShape = { type: 'structure', members: [['resourceArn', arn, true]] };
const imageManifest: StringShape = { type: 'string', min: 1, max: 4194304 };
const putImageRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryIdOrAlias],
    ['repositoryName', repositoryName, true],
    ['imageManifest', imageManifest, true],
    ['imageManifestMediaType', anyString],
    ['imageTag', imageTag],
    ['imageDigest', anyString],
  ],
};
const registryDisplayName: StringShape = { type: 'string', min: 0, max: 100 };
const putRegistryCatalogDataRequest: StructureShape = {
  type: 'structure',
  members: [['displayName', registryDisplayName]],
};
const putRepositoryCatalogDataRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryName', repositoryName, true],
    ['catalogData', repositoryCatalogDataInput, true],
  ],
};
const repositoryPolicyText: StringShape = { type: 'string', min: 0, max: 10240 };
const setRepositoryPolicyRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryName', repositoryName, true],
    ['policyText', repositoryPolicyText, true],
    ['force', anyBoolean],
  ],
};
const tagResourceRequest: StructureShape = {
  type: 'structure',
  members: [
    ['resourceArn', arn, true],
    ['tags', tagList, true],
  ],
};
const tagKeyList: ListShape = { type: 'list', item: tagKey, min: 0, max: 200 };
const untagResourceRequest: StructureShape = {
  type: 'structure',
  members: [
    ['resourceArn', arn, true],
    ['tagKeys', tagKeyList, true],
  ],
};
const partSize: NumberShape = { type: 'long', min: 0 };
const layerPartBlob: BlobShape = { type: 'blob', min: 0, max: 20971520 };
const uploadLayerPartRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryIdOrAlias],
    ['repositoryName', repositoryName, true],
    ['uploadId', uploadId, true],
    ['partFirstByte', partSize, true],
    ['partLastByte', partSize, true],
    ['layerPartBlob', layerPartBlob, true],
  ],
};

/** The input shape of every operation that Coracle has. */
export const inputs = {
  BatchCheckLayerAvailability: batchCheckLayerAvailabilityRequest,
  BatchDeleteImage: batchDeleteImageRequest,
  CompleteLayerUpload: completeLayerUploadRequest,
  CreateRepository: createRepositoryRequest,
  DeleteRepository: deleteRepositoryRequest,
  DeleteRepositoryPolicy: deleteRepositoryPolicyRequest,
  DescribeImageTags: describeImageTagsRequest,
  DescribeImages: describeImagesRequest,
  DescribeRegistries: describeRegistriesRequest,
  DescribeRepositories: describeRepositoriesRequest,
  GetAuthorizationToken: getAuthorizationTokenRequest,
  GetRegistryCatalogData: getAuthorizationTokenRequest,
  GetRepositoryCatalogData: deleteRepositoryPolicyRequest,
  GetRepositoryPolicy: deleteRepositoryPolicyRequest,
  InitiateLayerUpload: initiateLayerUploadRequest,
  ListTagsForResource: listTagsForResourceRequest,
  PutImage: putImageRequest,
  PutRegistryCatalogData: putRegistryCatalogDataRequest,
  PutRepositoryCatalogData: putRepositoryCatalogDataRequest,
  SetRepositoryPolicy: setRepositoryPolicyRequest,
  TagResource: tagResourceRequest,
  UntagResource: untagResourceRequest,
  UploadLayerPart: uploadLayerPartRequest,
} satisfies Record<keyof Operations, StructureShape>;
