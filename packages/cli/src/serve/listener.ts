import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from '@coracle/registry';
import { isNetworkError, logError, revealer, statusOf, textAnswer } from '@coracle/registry/fetch-handler';
import type { Exchange } from './connections.ts';
import { IncomingBody } from './incoming-body.ts';
import { type Rules, refuser } from './rules.ts';
import { send } from './send.ts';
import { hasBody, ServedRequest } from './served-request.ts';

/** The functions that answer requests to Node's server. */
export interface Listening {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Answers a request before it is routed. If it returns undefined, the request is routed. */
  readonly early: (request: IncomingMessage) => Response | undefined;
}

/** Makes the functions that serve a registry by the rules for pages of other sites. */
export function listeningOf(registry: Registry, rules: Pick<Rules, 'host' | 'allowHosts' | 'naming'>): Listening {
  return {
    fetch: (request) => registry.fetch(request).catch((error: unknown) => failed(request, error)),
    early: refuser({ ...rules, endpoint: registry.endpoint, origins: registry.cors?.origins ?? [] }),
  };
}

const reveal = revealer(logError);

/**
 * Answers a failure of a registry that was given. Coracle's own fetch handler answers every failure that it knows of.
 */
function failed({ signal }: Request, error: unknown): Response {
  // The connection then ends as it would with such an error, or it has already ended.
  if (isNetworkError(error) || signal.aborted) throw error;
  const shown = reveal(error);
  return textAnswer(statusOf(shown), shown.message);
}

/**
 * Opens a request to Node's server. Its body stays unread until the fetch handler asks for it.
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
 * Answers a request, unless its connection has closed meanwhile. It never throws: if no answer can be given, the
 * connection is closed.
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
