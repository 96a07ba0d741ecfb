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
  /** Creates a repository with its settings and resource tags. If one of them is invalid, no repository is created. */
  createRepository(input: CallInput<Ecr.CreateRepositoryRequest>, options?: CallOptions): Promise<Ecr.CreateRepositoryResponse>;
  /** Deletes a repository with all of its data. A repository that has images is deleted only if `force` is true. */
  deleteRepository(input: CallInput<Ecr.DeleteRepositoryRequest>, options?: CallOptions): Promise<Ecr.DeleteRepositoryResponse>;
  /** Returns a page of repositories, sorted by name, or the repositories in `repositoryNames`, which must all exist. */
  describeRepositories(input?: CallInput<Ecr.DescribeRepositoriesRequest>, options?: CallOptions): Promise<Ecr.DescribeRepositoriesResponse>;
  /** Returns one token for each registry. A token is for `docker login` and is valid for 12 hours. Earlier tokens stay valid. */
  getAuthorizationToken(input?: CallInput<Ecr.GetAuthorizationTokenRequest>, options?: CallOptions): Promise<Ecr.GetAuthorizationTokenResponse>;
  /** The pages of `describeRepositories`, one after the other. */
  paginateDescribeRepositories(input?: CallInput<Ecr.DescribeRepositoriesRequest>, options?: PageOptions): AsyncGenerator<Ecr.DescribeRepositoriesResponse, void>;
}
