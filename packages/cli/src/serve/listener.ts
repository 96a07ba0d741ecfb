import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from '@coracle/registry';
import { isNetworkError, logError, revealer, statusOf, textAnswer } from '@coracle/registry/fetch-handler';
import type { Exchange } from './connections.ts';
import { IncomingBody } from './incoming-body.ts';
import { type Rules, refuser } from './rules.ts';
import { send } from './send.ts';
import { hasBody, ServedRequest } from './served-request.ts';

/**
 * The two functions that answer the requests of Node's server. `early` is called first. If `early` returns no answer,
 * `fetch` is called.
 */
export interface Listening {
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Returns the answer to a health check or the refusal of a request. If `early` returns undefined, `fetch` answers the
   * request.
   */
  readonly early: (request: IncomingMessage) => Response | undefined;
}

/**
 * Makes the functions that answer the requests for a registry. The functions refuse requests for unknown hosts and
 * requests from web pages of other sites, as `rules` says.
 */
export function listeningOf(registry: Registry, rules: Pick<Rules, 'host' | 'allowHosts' | 'naming'>): Listening {
  return {
    fetch: (request) => registry.fetch(request).catch((error: unknown) => failed(request, error)),
    early: refuser({ ...rules, endpoint: registry.endpoint, origins: registry.cors?.origins ?? [] }),
  };
}

const reveal = revealer(logError);

/**
 * Returns the answer to a request if the `fetch` of the registry has thrown an error. A registry of Coracle returns a
 * response for every error that it knows. So the error usually comes from another object that the user has given as the
 * option `registry`.
 */
function failed({ signal }: Request, error: unknown): Response {
  // The connection has failed or is closed, so no answer can reach the client.
  if (isNetworkError(error) || signal.aborted) throw error;
  const shown = reveal(error);
  return textAnswer(statusOf(shown), shown.message);
}

/**
 * Makes the `Exchange` for a request to Node's server. The body stays unread until the fetch handler reads it.
 * @param expectsContinue whether the client waits for permission to send the body (`Expect: 100-continue`)
 */
export function exchangeOf(request: IncomingMessage, response: ServerResponse, expectsContinue = false): Exchange {
  const beforeFirst = (): void => {
    if (expectsContinue && !response.headersSent) response.writeContinue();
  };
  const body = hasBody(request) ? new IncomingBody(request, beforeFirst) : undefined;
  return { request, response, body, expectsContinue };
}

/**
 * Answers a request, unless its connection has closed meanwhile. The function never throws. If the answer cannot be
 * sent, the function closes the connection.
 */
export async function respond(exchange: Exchange, { fetch, early }: Listening): Promise<void> {
  const { request, response, body } = exchange;
  if (response.destroyed) return;
  try {
    await send(exchange, early(request) ?? (await fetch(new ServedRequest(request, response, body))));
  } catch {
    response.destroy();
  }
}
