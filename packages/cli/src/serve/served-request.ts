import type { IncomingMessage, ServerResponse } from 'node:http';
import type { QueuedRequest } from '@coracle/registry/fetch-handler';
import { NodeRequest } from 'srvx/node';
import type { IncomingBody } from './incoming-body.ts';
import { whenSendable } from './pipelines.ts';

/**
 * A request to Node's server, in the form that a fetch handler takes.
 *
 * It extends srvx's class because objects of that class are fast to create. Coracle adds the body, and the order of
 * the answers on one connection.
 */
export class ServedRequest extends NodeRequest implements QueuedRequest {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #body: IncomingBody | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, body: IncomingBody | undefined) {
    super({ req: request, res: response });
    this.#request = request;
    this.#response = response;
    this.#body = body;
  }

  whenSendable(): Promise<void> | undefined {
    return whenSendable(this.#request, this.#response);
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return (this.#body?.stream as ReadableStream<Uint8Array<ArrayBuffer>> | undefined) ?? null;
  }
}

/** Says whether a request has a body ("Message Body" of RFC 9112). Its framing decides, regardless of its method. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
