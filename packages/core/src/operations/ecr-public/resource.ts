import type { Context } from '../../domain/context.ts';
import { parsePublicRepositoryArn } from '../../domain/registries/addresses.ts';
import { publicRegistry } from '../../domain/registries/registry.ts';
import { needRepository } from '../../domain/repositories/find.ts';
import type { Repository } from '../../domain/repositories/repository.ts';

/** The repository that an ARN names: only repositories have tags. */
export function needResource(context: Context, arn: string): Promise<Repository> {
  const { accountId, name } = parsePublicRepositoryArn(arn);
  return needRepository(context, publicRegistry(accountId), name);
}
