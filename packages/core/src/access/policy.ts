import type { Caller } from '../domain/caller.ts';
import type { RegistryRef } from '../domain/registries/registry.ts';
import type { Repository } from '../domain/repositories/repository.ts';
import type { Action } from './action.ts';

/** A question to the access policy: may this caller do this action in this registry and repository? */
export interface Asked {
  readonly caller: Caller;
  readonly action: Action;
  readonly registry: RegistryRef;
  /** The name of the repository, even if the repository does not exist. Undefined if the action is about the registry. */
  readonly name: string | undefined;
  /** The repository. Undefined if the action is about the registry itself, or if the repository does not exist. */
  readonly repository: Repository | undefined;
}

/**
 * Decides whether a caller may do an action. Returns without a value if the caller may do the action. Otherwise throws
 * the error that the caller gets.
 */
export type Policy = (asked: Asked) => void | Promise<void>;
