import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { resolvePublicRegistry } from '../../domain/registries/public.ts';
import type { EcrPublic } from '../../model/index.ts';
import { openPage, pageToken, refuseTokenBeside } from '../shared/pages.ts';
import { describeRepositoriesOf } from './shapes.ts';

/**
 * Returns a page of the repositories of a registry, sorted by name. If `repositoryNames` is given, returns only the
 * repositories with these names. Throws RepositoryNotFoundException if one of these repositories does not exist.
 */
export async function describeRepositories(
  context: Context,
  caller: Caller,
  input: EcrPublic.DescribeRepositoriesRequest,
): Promise<EcrPublic.DescribeRepositoriesResponse> {
  const registry = await resolvePublicRegistry(context, caller, input.registryId);
  if (input.repositoryNames) {
    refuseTokenBeside(input, 'repositoryNames');
    const named = await access.openAll(context, caller, 'DescribeRepositories', {
      registry,
      names: input.repositoryNames,
    });
    return { repositories: await describeRepositoriesOf(context, registry.accountId, named) };
  }
  const scope = ['DescribeRepositories', registry.key];
  const page = await access.list(context, caller, 'DescribeRepositories', {
    registry,
    start: await openPage(context, scope, input),
  });
  return {
    repositories: await describeRepositoriesOf(context, registry.accountId, page.repositories),
    ...(page.last === undefined ? {} : { nextToken: await pageToken(context, scope, page.last, page.resume) }),
  };
}
