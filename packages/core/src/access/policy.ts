import type { Caller } from '../domain/caller.ts';
import type { RegistryRef } from '../domain/registries/registry.ts';
import type { Repository } from '../domain/repositories/repository.ts';
import type { Store } from '../storage/commit.ts';
import type { Action } from './action.ts';
import type { PolicyDocument } from './evaluate/policy-document.ts';

/** A question to the access policy: may this caller do this action in this registry and repository? */
export interface Asked {
  readonly caller: Caller;
  readonly action: Action;
  readonly registry: RegistryRef;
  /** The name of the repository, even if the repository does not exist. Undefined if the action is about the registry. */
  readonly name: string | undefined;
  /** The repository. Undefined if the action is about the registry itself, or if the repository does not exist. */
  readonly repository: Repository | undefined;
  /** The repository policy to decide by, instead of the stored one. */
  readonly proposed?: PolicyDocument;
}

/** The facts of a registry by which an access check decides. */
export interface Guarded {
  readonly store: Store;
  /** The account of the engine. The rights of users apply to the repositories of this account. */
  readonly accountId: string;
}

/** Makes the access policy of a registry. `repositoryPolicies` is the one for closed access. */
export type AccessCheck = (registry: Guarded) => Policy;

/**
 * Decides whether a caller may do an action. Returns without a value if the caller may do the action. Otherwise throws
 * the error that the caller gets.
 */
export type Policy = (asked: Asked) => void | Promise<void>;

/**
 * The access check of an engine without the option `access`: it allows each call of the program itself, and refuses each
 * call that comes from a request to a closed server.
 */
export const programOnly: AccessCheck =
  () =>
  ({ caller }) => {
    if (caller.visitor === undefined) return;
    throw new TypeError(
      'Access is closed, but this engine does not check it: pass `access: repositoryPolicies` to createEngine()',
    );
  };
