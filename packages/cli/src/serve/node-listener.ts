import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from '@coracle/registry';
import { refuseWithoutBody, wasBodyRead } from './body-was-read.ts';
import type { Exchange } from './connections.ts';
import { checkHostRules } from './hosts.ts';
import { checkMembers, type MembersOf } from './known-members.ts';
import { exchangeOf, listeningOf, respond } from './listener.ts';
import { byOption } from './naming.ts';
import { closeWithConnection } from './pipelines.ts';
import { inTurns } from './turns.ts';

/** The options of a listener for a server of your own. */
export interface NodeListenerOptions {
  /**
   * Further hosts to answer for, besides addresses and private names: `registry.example.com`, `*.example.com`, or `*`
   * for all.
   */
  readonly allowHosts?: readonly string[];
}

const members: MembersOf<NodeListenerOptions> = { allowHosts: true };

/**
 * Makes a listener for the event `request` of a Node server: `createServer(nodeListener(registry))`. It refuses hosts
 * and pages of other sites as `serve` does, and reads bodies as `serve` does. Time-outs and the number of connections
 * are the server's own. With Node's default `requestTimeout`, Node breaks off layers that take longer than five
 * minutes: set it to 0. If a body parser has read a request's body before, the answer is a 500 that says so.
 * @throws TypeError if an option is unknown, or if one of `allowHosts` cannot be a host
 */
export function nodeListener(
  registry: Registry,
  options: NodeListenerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  checkMembers(['nodeListener()', 'option'], options, members);
  const { allowHosts = [] } = options;
  checkHostRules(allowHosts);
  const listening = listeningOf(registry, { host: undefined, allowHosts, naming: byOption });
  const respondInTurn = inTurns<Exchange>(
    (exchange) => void respond(exchange, listening),
    ({ request }) => request.socket,
  );
  return (request, response) => {
    if (wasBodyRead(request)) return refuseWithoutBody(response);
    // Node gives a client that waits for permission to send its body that permission before this event.
    if (closeWithConnection(request, response)) respondInTurn(exchangeOf(request, response));
  };
}
