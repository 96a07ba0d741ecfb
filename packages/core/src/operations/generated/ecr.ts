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
  /** Creates a repository with its settings and tags, all or nothing. */
  createRepository(input: CallInput<Ecr.CreateRepositoryRequest>, options?: CallOptions): Promise<Ecr.CreateRepositoryResponse>;
  /** Deletes a repository with all that belongs to it. A repository with images is deleted only with `force`. */
  deleteRepository(input: CallInput<Ecr.DeleteRepositoryRequest>, options?: CallOptions): Promise<Ecr.DeleteRepositoryResponse>;
  /** Lists a page of a registry's repositories by name, or the named repositories, all of which must exist. */
  describeRepositories(input?: CallInput<Ecr.DescribeRepositoriesRequest>, options?: CallOptions): Promise<Ecr.DescribeRepositoriesResponse>;
  /** Returns a token for `docker login` to each of the registries, valid for 12 hours. Earlier tokens stay valid. */
  getAuthorizationToken(input?: CallInput<Ecr.GetAuthorizationTokenRequest>, options?: CallOptions): Promise<Ecr.GetAuthorizationTokenResponse>;
  /** The pages of `describeRepositories`, one after the other. */
  paginateDescribeRepositories(input?: CallInput<Ecr.DescribeRepositoriesRequest>, options?: PageOptions): AsyncGenerator<Ecr.DescribeRepositoriesResponse, void>;
}
