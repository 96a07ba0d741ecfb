import type { Caller, Context } from '../../domain/context.ts';
import { resolvePrivateRegistry } from '../../domain/registries/registry.ts';
import { deleteRepository as remove } from '../../domain/repositories/delete.ts';
import type { Ecr } from '../../model/index.ts';
import { describeRepository } from './shapes.ts';

/** Deletes a repository with all that belongs to it; one that has images only with `force`. */
export async function deleteRepository(
  context: Context,
  caller: Caller,
  input: Ecr.DeleteRepositoryRequest,
): Promise<Ecr.DeleteRepositoryResponse> {
  const registry = resolvePrivateRegistry(caller, input.registryId);
  const repository = await remove(context, registry, input.repositoryName, input.force ?? false);
  return { repository: describeRepository(context, repository) };
}
