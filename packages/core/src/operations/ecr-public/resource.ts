import { parsePublicRepositoryArn } from '../../domain/addresses.ts';
import type { Context } from '../../domain/context.ts';
import { publicRegistry } from '../../domain/registries.ts';
import { needRepository, type Repository } from '../../domain/repositories.ts';

/** The repository that an ARN names: only repositories have tags. */
export function needResource(context: Context, arn: string): Promise<Repository> {
  const { accountId, name } = parsePublicRepositoryArn(arn);
  return needRepository(context, publicRegistry(accountId), name);
}
