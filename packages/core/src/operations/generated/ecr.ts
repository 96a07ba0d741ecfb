// Written by scripts/generate.mjs from src/operations/ecr/. Do not edit.
import type { Ecr } from '../../model/index.ts';
import type { CallInput, CallOptions, Implementations, PageOptions } from '../implementation.ts';
import { createRepository } from '../ecr/create-repository.ts';
import { deleteRepository } from '../ecr/delete-repository.ts';
import { describeRepositories } from '../ecr/describe-repositories.ts';
import { getAuthorizationToken } from '../ecr/get-authorization-token.ts';

export const ecrOperations = {
  CreateRepository: createRepository,
  DeleteRepository: deleteRepository,
  DescribeRepositories: describeRepositories,
  GetAuthorizationToken: getAuthorizationToken,
} satisfies Implementations<'ecr'>;

/** The operations of Amazon ECR as methods, and async paginators of those that give pages. */
export interface EcrFace {
  /** Creates a repository with its settings and resource tags. If a setting or a tag is invalid, no repository is created. */
  createRepository(input: CallInput<Ecr.CreateRepositoryRequest>, options?: CallOptions): Promise<Ecr.CreateRepositoryResponse>;
  /** Deletes a repository with all of its data. A repository with images is deleted only if `force` is true. */
  deleteRepository(input: CallInput<Ecr.DeleteRepositoryRequest>, options?: CallOptions): Promise<Ecr.DeleteRepositoryResponse>;
  /** Returns a page of the repositories of a registry, sorted by name. If `repositoryNames` is given, returns only the repositories with these names. Throws RepositoryNotFoundException if one of these repositories does not exist. */
  describeRepositories(input?: CallInput<Ecr.DescribeRepositoriesRequest>, options?: CallOptions): Promise<Ecr.DescribeRepositoriesResponse>;
  /** Returns one token for each registry in `registryIds`. Each token can be used for `docker login`, and is valid for 12 hours. Earlier tokens stay valid until their own 12 hours are over. */
  getAuthorizationToken(input?: CallInput<Ecr.GetAuthorizationTokenRequest>, options?: CallOptions): Promise<Ecr.GetAuthorizationTokenResponse>;
  /** The pages of `describeRepositories`, one after the other. */
  paginateDescribeRepositories(input?: CallInput<Ecr.DescribeRepositoriesRequest>, options?: PageOptions): AsyncGenerator<Ecr.DescribeRepositoriesResponse, void>;
}
