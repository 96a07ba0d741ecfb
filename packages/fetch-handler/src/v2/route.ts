import { type CallOptions, type Place, RegistryError } from '@coracle/core';
import type { OnError } from '../reveal.ts';
import type { ServedEngine } from '../settings.ts';
import type { Front } from './front.ts';

/** A request to a repository at `/v2/`, with all data that is necessary to answer the request. */
export interface Call {
  readonly engine: ServedEngine;
  readonly front: Front;
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly host: string;
  readonly caller: CallOptions;
  /** The address of the repository in the path of the request. The repository need not exist. */
  readonly at: Place;
  /** The name of the repository as the client wrote it in the path. Location headers and lists repeat this name. */
  readonly name: string;
  /**
   * The text that is written before the path in a Location header: an origin such as `https://example.com`, or an empty
   * text.
   */
  readonly base: string;
  readonly createOnPush: boolean;
  /** Whether the reader of the answer's body promises not to change its bytes, so that the bytes need not be copied. */
  readonly readOnlyBodies: boolean;
  /** Is called with a failure that happens while the body of the answer is sent. */
  readonly onError: OnError;
}

/**
 * The functions that answer an endpoint, by HTTP method. A HEAD request uses the function of GET, and the answer to
 * HEAD has no body.
 */
export type Methods = Readonly<Record<string, (call: Call) => Promise<Response>>>;

/**
 * Carries out a push. If the repository does not exist and the option `createOnPush` is set, creates the repository and
 * carries out the push again. `push` must not read the body of the request before it opens the repository.
 */
export async function creatingRepository<T>(
  { createOnPush, engine, at, caller }: Call,
  push: () => Promise<T>,
): Promise<T> {
  try {
    return await push();
  } catch (error) {
    if (!createOnPush || !RegistryError.is(error) || error.ociCode !== 'NAME_UNKNOWN') throw error;
    await engine.distribution.ensureRepository(at, caller);
    return push();
  }
}
