import type { RegistryError } from '@coracle/core';
import type { ServedEngine, Settings } from './settings.ts';

/**
 * A protocol handler of a fetch handler: `awsJson()`, `v2()`, `logos()`, `home()`, or your own. A bundle contains only
 * the protocol handlers that you give to `serveFaces`.
 */
export interface Face {
  readonly serve: (serving: Serving) => readonly Route[];
  /**
   * Returns the description of this protocol handler for the home page. If `about` is missing, the home page does not
   * mention the handler.
   */
  readonly about?: (engine: ServedEngine) => About;
  /**
   * Returns the error answer, in this protocol's format, to a request that is refused before a route is chosen for it.
   * Returns undefined if the client does not speak this protocol.
   */
  readonly refuse?: (error: RegistryError, client: ClientFacts) => Response | undefined;
}

/** The argument of `Face.serve`: the engine, the settings and all protocol handlers of the fetch handler. */
export interface Serving {
  readonly engine: ServedEngine;
  readonly settings: Settings;
  /** All protocol handlers of the fetch handler, including this protocol handler itself. */
  readonly faces: readonly Face[];
}

/** A route of a protocol handler: which paths and methods it matches, and the function that answers their requests. */
export interface Route {
  readonly isAt: (pathname: string) => boolean;
  /**
   * The HTTP methods that the route supports. With `GET` the route also answers HEAD. Every method is supported if
   * `methods` is missing.
   */
  readonly methods?: readonly string[];
  readonly answer: (request: Request, url: URL) => Promise<Response>;
}

/** The lines with which the home page describes a protocol handler. */
export interface About {
  /**
   * The names of the protocols that the handler serves, such as `the OCI distribution protocol`. By default the home
   * page names no protocol for the handler.
   */
  readonly protocols?: readonly string[];
  /** One line of text for each route, such as `GET /logo/ the logos of public repositories`. */
  readonly routes: readonly string[];
}

/** The parts of a request from which a protocol handler recognizes its own clients. */
export interface ClientFacts {
  /** The path of the request's URL, such as `/v2/`. */
  readonly path: string;
  /** The value of the `X-Amz-Target` header. Null or undefined if the header is missing. */
  readonly target: string | null | undefined;
}
