import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import type { PageStart } from '../domain/pages.ts';
import { refuseUnknownRegistry } from '../domain/registries/public.ts';
import type { RegistryRef } from '../domain/registries/registry.ts';
import { nameOf, type Repository, repositoryIn, type StoredRepository } from '../domain/repositories/repository.ts';
import { RegistryError, repositoryNotFound } from '../errors.ts';
import { keys } from '../storage/keys.ts';
import type { Action } from './action.ts';
import type { PolicyDocument } from './evaluate/policy-document.ts';
import { type Address, findAddress, findPlace, type Place } from './place.ts';
import type { Asked } from './policy.ts';

// The functions of this file are the only way to open a repository. Every operation of a service and every method of
// `distribution` calls one of them, with the caller and the name of the action. The policy then allows or refuses the
// action.

/**
 * Finds the repository that a call names, and checks that the access policy allows the action in the repository.
 * @throws RepositoryNotFoundException if the repository does not exist; the text of the error names the registry as the
 * caller wrote it
 * @throws the error of the access policy if the caller may not do the action
 */
export async function open(context: Context, caller: Caller, action: Action, place: Place): Promise<Repository> {
  const { address, repository } = await enter(context, caller, action, place);
  if (!repository) throw repositoryNotFound(nameOf(address));
  return repository;
}

/**
 * Finds the repository that a push names, and checks that the access policy allows the action in the repository.
 * @throws RegistryNotFoundException if the account of the registry never had a repository
 * @throws RepositoryNotFoundException if the repository does not exist
 * @throws the error of the access policy if the caller may not do the action
 */
export async function openForPush(context: Context, caller: Caller, action: Action, place: Place): Promise<Repository> {
  const { address, repository } = await enter(context, caller, action, place);
  if (repository) return repository;
  await refuseUnknownRegistry(context, caller, address.registry);
  throw repositoryNotFound(nameOf(address));
}

/**
 * Finds the repository that a call names, and checks that the access policy allows the action in the repository.
 * @returns undefined if the repository does not exist
 * @throws RepositoryNotFoundException if the call names a registry by an alias that no registry has
 * @throws the error of the access policy if the caller may not do the action
 */
export async function find(
  context: Context,
  caller: Caller,
  action: Action,
  place: Place,
): Promise<Repository | undefined> {
  return (await enter(context, caller, action, place)).repository;
}

async function enter(
  context: Context,
  caller: Caller,
  action: Action,
  place: Place,
): Promise<{ address: Address; repository: Repository | undefined }> {
  const { address, seen } = await findPlace(context, caller, place);
  const repository = repositoryIn(address.registry, seen);
  await context.policy({ caller, action, ...address, repository });
  return { address, repository };
}

/**
 * Checks that the access policy allows a caller to do a further action in a repository, after `open` or `find` has
 * returned the repository for another action.
 * @throws the error of the access policy if the caller may not do the action
 */
export async function ask(context: Context, caller: Caller, action: Action, repository: Repository): Promise<void> {
  const { registry, repositoryName: name } = repository;
  await context.policy({ caller, action, registry, name, repository });
}

/**
 * Returns the registry and the name of the repository that a call names. The repository need not exist. Does not check
 * the access policy.
 * @throws RepositoryNotFoundException if the call names a registry by an alias that no registry has
 */
export async function locate(context: Context, caller: Caller, place: Place): Promise<Address> {
  return findAddress(context, caller, place);
}

/**
 * Returns the registry and the name of the repository that a call names, and whether the repository exists. Does not
 * check the access policy.
 * @throws RepositoryNotFoundException if the call names a registry by an alias that no registry has
 */
export async function look(
  context: Context,
  caller: Caller,
  place: Place,
): Promise<{ address: Address; exists: boolean }> {
  const { address, seen } = await findPlace(context, caller, place);
  return { address, exists: repositoryIn(address.registry, seen) !== undefined };
}

/**
 * Returns whether the access policy lets a caller create the repository that a push names. The repository may exist
 * already.
 * @throws RepositoryNotFoundException if the call names a registry by an alias that no registry has
 */
export async function mayCreate(context: Context, caller: Caller, place: Place): Promise<boolean> {
  if (caller.visitor?.identity.kind === 'anonymous') return false;
  const address = await findAddress(context, caller, place);
  return allows(context, { caller, action: 'CreateRepository', ...address, repository: undefined });
}

/** Returns whether a new policy of a repository would keep a caller from replacing the policy again. */
export async function wouldLockOut(
  context: Context,
  caller: Caller,
  repository: Repository,
  proposed: PolicyDocument,
): Promise<boolean> {
  const { registry, repositoryName: name } = repository;
  return !(await allows(context, { caller, action: 'SetRepositoryPolicy', registry, name, repository, proposed }));
}

async function allows(context: Context, asked: Asked): Promise<boolean> {
  try {
    await context.policy(asked);
    return true;
  } catch (error) {
    if (RegistryError.is(error) && error.fault === 'client') return false;
    throw error;
  }
}

/**
 * Finds several repositories of a registry, and checks that the access policy allows the action in each of them.
 * Returns the repositories in the order of `names`. If `names` has a name twice, the repository is returned once.
 * @throws RepositoryNotFoundException for the first repository that does not exist
 * @throws the error of the access policy if the caller may not do the action
 */
export async function openAll(
  context: Context,
  caller: Caller,
  action: Action,
  { registry, names }: { readonly registry: RegistryRef; readonly names: readonly string[] },
): Promise<Repository[]> {
  const wanted = [...new Set(names)];
  const all = await context.store.see<StoredRepository>(wanted.map((name) => keys.repository(registry.key, name)));
  const repositories: Repository[] = [];
  for (const [i, seen] of all.entries()) {
    const name = wanted[i] ?? '';
    const repository = repositoryIn(registry, seen);
    await context.policy({ caller, action, registry, name, repository });
    if (!repository) throw repositoryNotFound(nameOf({ registry, name }));
    repositories.push(repository);
  }
  return repositories;
}

/**
 * Checks that the access policy lets a caller create a repository with this name in a registry, and returns the
 * registry. The repository need not exist.
 * @throws the error of the access policy if the caller may not create the repository
 */
export async function openForCreation(context: Context, caller: Caller, address: Address): Promise<RegistryRef> {
  await context.policy({ caller, action: 'CreateRepository', ...address, repository: undefined });
  return address.registry;
}

/**
 * Checks that the access policy allows an action in a registry, and returns the registry. The action is about the
 * registry itself.
 * @throws the error of the access policy if the caller may not do the action
 */
export async function openRegistry(
  context: Context,
  caller: Caller,
  action: Action,
  registry: RegistryRef,
): Promise<RegistryRef> {
  await context.policy({ caller, action, registry, name: undefined, repository: undefined });
  return registry;
}

/**
 * Checks that the access policy allows the action in a registry, and returns a page of the registry's repositories,
 * sorted by name. `start` says where the page starts, and the maximum number of repositories on the page.
 * @throws the error of the access policy if the caller may not do the action
 */
export async function list(
  context: Context,
  caller: Caller,
  action: Action,
  { registry, start }: { readonly registry: RegistryRef; readonly start: PageStart },
): Promise<{ repositories: Repository[]; last: string | undefined; resume: string | undefined }> {
  await openRegistry(context, caller, action, registry);
  const repositories: Repository[] = [];
  for (let { after, resume } = start; ; ) {
    const page = await context.store.list({
      prefix: keys.repositories(registry.key),
      limit: start.limit - repositories.length,
      ...(after === undefined ? {} : { after }),
      ...(resume === undefined ? {} : { resume }),
    });
    for (const entry of page.entries) {
      const repository = repositoryIn(registry, { ...entry, value: entry.value as StoredRepository });
      if (repository) repositories.push(repository);
    }
    ({ resume } = page);
    after = page.entries.at(-1)?.key;
    if (!page.more) return { repositories, last: undefined, resume };
    // The page may be short, because some of its records are records of deleted repositories.
    if (repositories.length === start.limit) return { repositories, last: after, resume };
  }
}
