import { failure, inRegistry, inTheRegistry, type RepositoryName } from './failure.ts';

export const registryNotFound = failure<string>(
  'RegistryNotFoundException',
  'NAME_UNKNOWN',
  (registryId) => `The registry with id '${registryId}' does not exist`,
);

export const repositoryNotFound = failure<RepositoryName>(
  'RepositoryNotFoundException',
  'NAME_UNKNOWN',
  (r) => `The repository with name '${r.repositoryName}' does not exist in the registry with id '${r.registryId}'`,
);

export const repositoryAlreadyExists = failure<RepositoryName>(
  'RepositoryAlreadyExistsException',
  'DENIED',
  (r) => `The repository with name '${r.repositoryName}' already exists in the registry with id '${r.registryId}'`,
);

export const repositoryNotEmpty = failure<RepositoryName>(
  'RepositoryNotEmptyException',
  'DENIED',
  (r) => `The ${inRegistry(r)} cannot be deleted because it still contains images`,
);

export const tooManyRepositories = failure<{ registryId: string; limit: number }>(
  'LimitExceededException',
  'DENIED',
  (f) =>
    `The registry with id '${f.registryId}' already has the maximum allowed number of repositories which is '${f.limit}'`,
);

export const repositoryPolicyNotFound = failure<RepositoryName>(
  'RepositoryPolicyNotFoundException',
  'UNKNOWN',
  (r) => `Repository policy does not exist for the ${inTheRegistry(r)}`,
);

// Resource tags

export const invalidTagParameter = failure<void>(
  'InvalidTagParameterException',
  'UNSUPPORTED',
  () => 'Tag parameters are invalid',
);

export const tooManyTags = failure<number>(
  'TooManyTagsException',
  'UNSUPPORTED',
  (limit) => `Maximum number of tags allowed per resource is ${limit}.`,
);
