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
  /** The repository that is meant. It need not exist. */
  readonly at: Place;
  /** The repository as the client wrote it: what locations and lists give back. */
  readonly name: string;
  /** What stands before the path in a location: an origin, or nothing. */
  readonly base: string;
  readonly createOnPush: boolean;
  /** Whether nobody changes what a body gives. */
  readonly readOnlyBodies: boolean;
  /** Is told of what fails after the answer has begun. */
  readonly onError: OnError;
}

/** What a route answers, by method. A HEAD is answered as a GET, without the body. */
export type Methods = Readonly<Record<string, (call: Call) => Promise<Response>>>;

/** Creates the repository of a push, where the server is told to. */
export async function makeRoom({ createOnPush, engine, at, caller }: Call): Promise<void> {
  if (createOnPush) await engine.distribution.ensureRepository(at, caller);
}
