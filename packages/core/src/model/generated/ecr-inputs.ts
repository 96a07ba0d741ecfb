// Written by scripts/generate.mjs from model/ecr.json (2015-09-21). Do not edit.
import type { BooleanShape, ListShape, NumberShape, StringShape, StructureShape } from '../shape.ts';
import type { Operations } from './ecr.ts';

const registryIdPattern = '[0-9]{12}';
const repositoryNamePattern = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*';
const imageTagMutabilityExclusionFilterValuePattern = '^[0-9a-zA-Z._*-]{1,128}$';

const registryId: StringShape = { type: 'string', pattern: registryIdPattern };
const repositoryName: StringShape = { type: 'string', min: 2, max: 256, pattern: repositoryNamePattern };
const anyString: StringShape = { type: 'string' };
const tag: StructureShape = {
  type: 'structure',
  members: [
    ['Key', anyString, true],
    ['Value', anyString, true],
  ],
};
const tagList: ListShape = { type: 'list', item: tag };
const imageTagMutability: StringShape = {
  type: 'string',
  values: ['IMMUTABLE', 'MUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'],
};
const imageTagMutabilityExclusionFilterType: StringShape = { type: 'string', values: ['WILDCARD'] };
const imageTagMutabilityExclusionFilterValue: StringShape = {
  type: 'string',
  min: 1,
  max: 128,
  pattern: imageTagMutabilityExclusionFilterValuePattern,
};
const imageTagMutabilityExclusionFilter: StructureShape = {
  type: 'structure',
  members: [
    ['filterType', imageTagMutabilityExclusionFilterType, true],
    ['filter', imageTagMutabilityExclusionFilterValue, true],
  ],
};
const imageTagMutabilityExclusionFilters: ListShape = {
  type: 'list',
  item: imageTagMutabilityExclusionFilter,
  min: 1,
  max: 5,
};
const anyBoolean: BooleanShape = { type: 'boolean' };
const imageScanningConfiguration: StructureShape = { type: 'structure', members: [['scanOnPush', anyBoolean]] };
const encryptionType: StringShape = { type: 'string', values: ['AES256', 'KMS', 'KMS_DSSE'] };
const kmsKey: StringShape = { type: 'string', min: 1, max: 2048 };
const encryptionConfiguration: StructureShape = {
  type: 'structure',
  members: [
    ['encryptionType', encryptionType, true],
    ['kmsKey', kmsKey],
  ],
};
const createRepositoryRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryName', repositoryName, true],
    ['tags', tagList],
    ['imageTagMutability', imageTagMutability],
    ['imageTagMutabilityExclusionFilters', imageTagMutabilityExclusionFilters],
    ['imageScanningConfiguration', imageScanningConfiguration],
    ['encryptionConfiguration', encryptionConfiguration],
  ],
};
const deleteRepositoryRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryName', repositoryName, true],
    ['force', anyBoolean],
  ],
};
const repositoryNameList: ListShape = { type: 'list', item: repositoryName, min: 1, max: 100 };
const maxResults: NumberShape = { type: 'integer', min: 1, max: 1000 };
const describeRepositoriesRequest: StructureShape = {
  type: 'structure',
  members: [
    ['registryId', registryId],
    ['repositoryNames', repositoryNameList],
    ['nextToken', anyString],
    ['maxResults', maxResults],
  ],
};
const getAuthorizationTokenRegistryIdList: ListShape = { type: 'list', item: registryId, min: 1, max: 10 };
const getAuthorizationTokenRequest: StructureShape = {
  type: 'structure',
  members: [['registryIds', getAuthorizationTokenRegistryIdList]],
};

/** The input shape of every operation that Coracle has. */
export const inputs = {
  CreateRepository: createRepositoryRequest,
  DeleteRepository: deleteRepositoryRequest,
  DescribeRepositories: describeRepositoriesRequest,
  GetAuthorizationToken: getAuthorizationTokenRequest,
} satisfies Record<keyof Operations, StructureShape>;
