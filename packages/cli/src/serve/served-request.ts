import type { IncomingMessage, ServerResponse } from 'node:http';
import type { QueuedRequest } from '@coracle/registry/fetch-handler';
import { NodeRequest } from 'srvx/node';
import type { IncomingBody } from './incoming-body.ts';
import { whenSendable } from './pipelines.ts';

/**
 * A request to Node's server as a `Request`, which a fetch handler takes.
 *
 * The class extends `NodeRequest` of the package srvx, because objects of that class are fast to create. Coracle adds
 * the body as a stream, and the method that waits for earlier answers on the same connection.
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

  /** The IP address of the client, or of the proxy that has passed on the request. */
  get remoteAddress(): string | undefined {
    // An IPv4 client of an IPv6 socket has an address such as ::ffff:192.0.2.1.
    return this.#request.socket.remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/, '');
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return (this.#body?.stream as ReadableStream<Uint8Array<ArrayBuffer>> | undefined) ?? null;
  }
}

/**
 * Returns whether a request has a body. Only its headers `Transfer-Encoding` and `Content-Length` decide, regardless of
 * its method ("Message Body" of RFC 9112).
 */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
