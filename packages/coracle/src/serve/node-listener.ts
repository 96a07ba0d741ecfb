import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from '../registry.ts';
import type { Exchange } from './connections.ts';
import { checkHostRules } from './hosts.ts';
import { exchangeOf, listeningOf, respond } from './listener.ts';
import { closeWithConnection } from './pipelines.ts';
import { inTurns } from './turns.ts';

/** How a server of one's own answers. */
export interface NodeListenerOptions {
  /** Hosts to answer for beside addresses and private names: `registry.example.com`, `*.example.com`, or `*` for all. */
  readonly allowHosts?: readonly string[];
}

/**
 * Makes a listener for the event `request` of a Node server: `createServer(nodeListener(registry))`. It refuses hosts and
 * pages of other sites as `serve` does, and reads bodies as `serve` does. Time-outs and the number of connections are
 * the server's own. If `requestTimeout` is not 0, Node breaks off layers that take longer than five minutes.
 * @throws TypeError if one of `allowHosts` cannot be a host
 */
export function nodeListener(
  registry: Registry,
  { allowHosts = [] }: NodeListenerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  checkHostRules(allowHosts);
  const listening = listeningOf(registry, undefined, allowHosts);
  const respondInTurn = inTurns<Exchange>(
    (exchange) => void respond(exchange, listening),
    ({ request }) => request.socket,
  );
  return (request, response) => {
    // Node has told a client that waits to go on before this event comes.
    if (closeWithConnection(request, response)) respondInTurn(exchangeOf(request, response));
  };
}
