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

/** The options of `nodeListener()`. */
export interface NodeListenerOptions {
  /**
   * Additional host names that requests may have in their Host header: `registry.example.com`, `*.example.com`, or `*`
   * for every host. IP addresses and private names are always allowed.
   */
  readonly allowHosts?: readonly string[];
}

const members: MembersOf<NodeListenerOptions> = { allowHosts: true };

/**
 * Makes a listener for the event `request` of a Node server that you made: `createServer(nodeListener(registry))`. Like
 * `serve()`, it refuses requests for unknown hosts and from pages of other sites.
 *
 * The time-outs and the maximum number of connections are those of your server. Set its `requestTimeout` to 0: with
 * Node's default, a push fails if a layer takes longer than five minutes. If a body parser has read the body of a
 * request before, the answer has status 500 and an error message that says so.
 * @throws TypeError if an option is unknown, or if an entry of `allowHosts` is not a valid host
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
    // If a client waits for permission to send its body, Node gives the permission before the event `request`.
    if (closeWithConnection(request, response)) respondInTurn(exchangeOf(request, response));
  };
}
