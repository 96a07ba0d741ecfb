import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { resolvePrivateRegistry } from '../../domain/registries/registry.ts';
import type { Ecr } from '../../model/index.ts';
import { openPage, pageToken, refuseTokenBeside } from '../shared/pages.ts';
import { describeRepository } from './shapes.ts';

/**
 * Returns a page of the repositories of a registry, sorted by name. If `repositoryNames` is given, returns only the
 * repositories with these names. Throws RepositoryNotFoundException if one of these repositories does not exist.
 */
export async function describeRepositories(
  context: Context,
  caller: Caller,
  input: Ecr.DescribeRepositoriesRequest,
): Promise<Ecr.DescribeRepositoriesResponse> {
  const registry = resolvePrivateRegistry(caller, input.registryId);
  if (input.repositoryNames) {
    refuseTokenBeside(input, 'repositoryNames');
    const named = await access.openAll(context, caller, 'DescribeRepositories', {
      registry,
      names: input.repositoryNames,
    });
    return { repositories: named.map((repository) => describeRepository(context, repository)) };
  }
  const scope = ['DescribeRepositories', registry.key];
  const page = await access.list(context, caller, 'DescribeRepositories', {
    registry,
    start: await openPage(context, scope, input),
  });
  return {
    repositories: page.repositories.map((repository) => describeRepository(context, repository)),
    ...(page.last === undefined ? {} : { nextToken: await pageToken(context, scope, page.last, page.resume) }),
  };
}
