import type { Caller, Context } from '../../domain/context.ts';
import { refuseUnknownRegistry, resolvePublicRegistry } from '../../domain/registries/public.ts';
import { findRepository, needRepository } from '../../domain/repositories/find.ts';
import { nameOf, type Repository } from '../../domain/repositories/repository.ts';
import { repositoryNotFound } from '../../errors.ts';

interface Named {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/** The repository that an input names, or RepositoryNotFoundException. */
export async function repositoryOf(context: Context, caller: Caller, input: Named): Promise<Repository> {
  const registry = await resolvePublicRegistry(context, caller, input.registryId);
  return needRepository(context, registry, input.repositoryName);
}

/**
 * The same for the layer operations and PutImage, whose `registryId` may be an alias and which know
 * RegistryNotFoundException.
 */
export async function repositoryOfPush(context: Context, caller: Caller, input: Named): Promise<Repository> {
  const registry = await resolvePublicRegistry(context, caller, input.registryId);
  const repository = await findRepository(context, registry, input.repositoryName);
  if (repository) return repository;
  await refuseUnknownRegistry(context, caller, registry);
  throw repositoryNotFound(nameOf(registry, input.repositoryName));
}
