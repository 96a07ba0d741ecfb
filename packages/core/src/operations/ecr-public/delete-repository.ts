import type { Caller, Context } from '../../domain/context.ts';
import { resolvePublicRegistry } from '../../domain/registries/public.ts';
import { deleteRepository as remove } from '../../domain/repositories/delete.ts';
import type { EcrPublic } from '../../model/index.ts';
import { describeRepository } from './shapes.ts';

/** Deletes a repository with all that belongs to it; one that has images only with `force`. */
export async function deleteRepository(
  context: Context,
  caller: Caller,
  input: EcrPublic.DeleteRepositoryRequest,
): Promise<EcrPublic.DeleteRepositoryResponse> {
  const registry = await resolvePublicRegistry(context, caller, input.registryId);
  const repository = await remove(context, registry, input.repositoryName, input.force ?? false);
  return { repository: await describeRepository(context, repository) };
}
