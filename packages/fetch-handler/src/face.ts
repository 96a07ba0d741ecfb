import type { RegistryError } from '@coracle/core';
import type { ServedEngine, Settings } from './settings.ts';

/**
 * A part of what a fetch handler serves: `awsJson()`, `v2()`, `logos()`, `home()`, or one of your own. A bundle
 * contains only the faces that are given to `serveFaces`.
 */
export interface Face {
  readonly serve: (serving: Serving) => readonly Route[];
  /** Describes the face for the home page, which does not mention it otherwise. */
  readonly about?: (engine: ServedEngine) => About;
  /**
   * Makes the answer to a request that is refused before it is routed; undefined if the request comes from a client of
   * another face.
   */
  readonly refuse?: (error: RegistryError, client: ClientFacts) => Response | undefined;
}

/** The parts that a face is served with. */
export interface Serving {
  readonly engine: ServedEngine;
  readonly settings: Settings;
  /** All faces of the fetch handler. */
  readonly faces: readonly Face[];
}

/** A set of paths, and the function that answers them. */
export interface Route {
  readonly isAt: (pathname: string) => boolean;
  /** The methods that are answered; a HEAD is answered like a GET. If they are left out, every method is answered. */
  readonly methods?: readonly string[];
  readonly answer: (request: Request, url: URL) => Promise<Response>;
}

/** The description of a face on the home page. */
export interface About {
  /** The protocols of the face; none by default. */
  readonly protocols?: readonly string[];
  /** A line for each route. */
  readonly routes: readonly string[];
}

/** The parts of a request that tell which kind of client sent it. */
export interface ClientFacts {
  /** The path of the request. */
  readonly path: string;
  /** `X-Amz-Target`. */
  readonly target: string | null | undefined;
}
