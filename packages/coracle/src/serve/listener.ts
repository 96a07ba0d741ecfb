import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './connections.ts';
import { IncomingBody } from './incoming-body.ts';
import { send } from './send.ts';
import { hasBody, ServedRequest } from './served-request.ts';

/** How requests to Node's server are answered. */
export interface Listening {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Refuses a request before it is routed; undefined lets it pass. */
  readonly refuse: (request: IncomingMessage) => Response | undefined;
}

/**
 * Opens a request to Node's server. Its body stays unread until the fetch handler asks for it.
 * @param expectsContinue the client waits to be told before it sends the body (`Expect: 100-continue`)
 */
export function exchangeOf(request: IncomingMessage, response: ServerResponse, expectsContinue = false): Exchange {
  const beforeFirst = (): void => {
    if (expectsContinue && !response.headersSent) response.writeContinue();
  };
  return { request, response, body: hasBody(request) ? new IncomingBody(request, beforeFirst) : undefined };
}

/** Answers a request. It never throws: if no answer can be given, the connection is closed. */
export async function respond(exchange: Exchange, { fetch, refuse }: Listening): Promise<void> {
  const { request, response, body } = exchange;
  try {
    await send(exchange, refuse(request) ?? (await fetch(new ServedRequest(request, response, body))));
  } catch {
    response.destroy();
  }
}
