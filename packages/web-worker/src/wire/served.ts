import type { EngineBase, ServiceOutline } from '@coracle/core';
import type { Carried } from './carried.ts';
import type { SentError } from './errors.ts';

/** The facts about a registry that the page gets once. The page makes the methods of the registry from them. */
export interface Facts extends Pick<EngineBase, 'accountId' | 'region' | 'limits' | 'checksAccess'> {
  readonly endpoint: string | undefined;
  readonly services: readonly ServiceOutline[];
  /** The names of the methods of `distribution`. */
  readonly distribution: readonly string[];
  /** The name of a lock that the worker holds for as long as it lives. */
  readonly lock: string | undefined;
}

/** The result of a call. Comlink alone would lose the class and the members of an error. */
export type Outcome =
  | { readonly ok: true; readonly value: Carried }
  | { readonly ok: false; readonly error: SentError };

/** The reason for which the worker has no registry. */
export interface FailedStart {
  readonly error: SentError;
}

/** The object in the worker that the page calls through comlink. */
export interface Served {
  facts(): Promise<Facts | FailedStart>;
  /**
   * Calls a method of the registry, such as `distribution.getTags`. If `id` is given, `abort(id)` aborts the call, and
   * `release(id)` ends what the call has begun, such as listening to events.
   */
  call(method: string, args: readonly Carried[], id?: number): Promise<Outcome>;
  abort(id: number, reason: SentError): void;
  release(id: number): void;
  /** Ends the connection. */
  end(): void;
}
