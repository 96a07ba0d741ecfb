import type { RegistryError } from '@coracle/core';
import type { ServedEngine, Settings } from './settings.ts';

/**
 * A part of what a fetch handler serves: `awsJson()`, `v2()`, `logos()`, `home()`, or one of your own. A bundle has only
 * the faces that are given to `serveFaces`.
 */
export interface Face {
  readonly serve: (serving: Serving) => readonly Route[];
  /** Describes it for the home page, which does not mention it otherwise. */
  readonly about?: (engine: ServedEngine) => About;
  /** Makes the answer to a request that is refused before it is routed; undefined if its client is another face's. */
  readonly refuse?: (error: RegistryError, client: ClientFacts) => Response | undefined;
}

/** What a face is served with. */
export interface Serving {
  readonly engine: ServedEngine;
  readonly settings: Settings;
  /** All faces of the fetch handler. */
  readonly faces: readonly Face[];
}

/** Some paths, and what a face answers there. */
export interface Route {
  readonly isAt: (pathname: string) => boolean;
  /** The methods that are answered, a HEAD as a GET. Without them every method is. */
  readonly methods?: readonly string[];
  readonly answer: (request: Request, url: URL) => Promise<Response>;
}

/** What the home page says of a face. */
export interface About {
  /** None by default. */
  readonly protocols?: readonly string[];
  /** A line for each route. */
  readonly routes: readonly string[];
}

/** The facts by which a face knows its clients. */
export interface ClientFacts {
  /** The path of the request. */
  readonly path: string;
  /** `X-Amz-Target`. */
  readonly target: string | null | undefined;
}
