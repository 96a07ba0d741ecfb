import type { Caller } from '../domain/caller.ts';
import type { RegistryRef } from '../domain/registries/registry.ts';
import type { Repository } from '../domain/repositories/repository.ts';
import type { Action } from './action.ts';

/** A question to the policy: who asks, to do what, and with which registry and repository. */
export interface Asked {
  readonly caller: Caller;
  readonly action: Action;
  readonly registry: RegistryRef;
  /** Undefined if the action is about the registry, or about a repository that does not exist. */
  readonly repository: Repository | undefined;
}

/** Decides whether a caller may do an action. Throws the failure to report if the caller may not. */
export type Policy = (asked: Asked) => void | Promise<void>;

/** Lets everybody do everything, as the emulators of AWS do. */
export const open: Policy = () => undefined;
