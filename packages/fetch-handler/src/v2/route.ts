import type { CallOptions, Place } from '@coracle/core';
import type { OnError } from '../reveal.ts';
import type { ServedEngine } from '../settings.ts';
import type { Front } from './front.ts';

/** A request to a repository. */
export interface Call {
  readonly engine: ServedEngine;
  readonly front: Front;
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly host: string;
  readonly caller: CallOptions;
  /** The repository that the path names. It need not exist. */
  readonly at: Place;
  /** The repository as the client wrote it. Locations and lists use this name. */
  readonly name: string;
  /** The text before the path in a location: an origin, or nothing. */
  readonly base: string;
  readonly createOnPush: boolean;
  /** Whether nobody changes the bytes of a body. */
  readonly readOnlyBodies: boolean;
  /** Is called with a failure that happens after the answer has begun. */
  readonly onError: OnError;
}

/** The functions that answer a route, by method. A HEAD is answered like a GET, without the body. */
export type Methods = Readonly<Record<string, (call: Call) => Promise<Response>>>;

/** Creates the repository of a push, if `createOnPush` is set. */
export async function makeRoom({ createOnPush, engine, at, caller }: Call): Promise<void> {
  if (createOnPush) await engine.distribution.ensureRepository(at, caller);
}
