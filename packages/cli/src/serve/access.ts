import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Service } from '@coracle/registry/core';
import { findTarget } from '@coracle/registry/fetch-handler';
import { loggedTarget, printable } from './logged.ts';

/** Describes one request for a log, after the response has been sent or the connection has closed. */
export interface Access {
  /** The time at which the server received the request. */
  readonly at: Date;
  readonly method: string;
  /**
   * The path and query of the request in printable ASCII without spaces, so that they are safe to write into a log. The
   * value of a query parameter that `/v2/` does not define is left out, because it may be secret, for example a
   * signature.
   */
  readonly path: string;
  /**
   * The AWS operation that the request names, in the notation of IAM, such as `ecr-public:CreateRepository`; undefined
   * if the request does not name an operation of AWS, for example under `/v2/`.
   */
  readonly operation: string | undefined;
  /**
   * The HTTP status; undefined if the client disconnected or the server was stopped before the whole answer was sent.
   */
  readonly status: number | undefined;
  readonly milliseconds: number;
  /** The number of bytes that the server received for the request, headers included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The total numbers of bytes that each connection had received and sent at the end of its previous request. */
const carried = new WeakMap<Socket, { in: number; out: number }>();

/**
 * Calls `onAccess` once, when the response to the request has been sent or its connection has closed. `services` are
 * the AWS services whose operations the log names.
 */
export function watchAccess(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  services: readonly Service[],
  onAccess: (access: Access) => void,
): void {
  const { socket } = request;
  const at = new Date();
  const start = performance.now();
  response.once('close', () => {
    const before = carried.get(socket) ?? { in: 0, out: 0 };
    const after = { in: socket.bytesRead, out: socket.bytesWritten };
    carried.set(socket, after);
    onAccess({
      at,
      method: printable(request.method ?? ''),
      path: loggedTarget(request.url ?? ''),
      operation: operationOf(services, request.headers['x-amz-target']),
      status: response.writableFinished ? response.statusCode : undefined,
      milliseconds: performance.now() - start,
      bytesIn: after.in - before.in,
      bytesOut: after.out - before.out,
    });
  });
}

/**
 * Matches a valid name of an AWS operation. A client can write any text into the header `X-Amz-Target`, and an invalid
 * text must not get into the log.
 */
const operationLike = /^[A-Z][A-Za-z]{2,63}$/;

/**
 * Returns the operation in the header `X-Amz-Target`, such as `ecr:CreateRepository`. Also returns an operation that
 * Coracle does not have, so that the log says which operation is missing.
 */
function operationOf(services: readonly Service[], target: string | string[] | undefined): string | undefined {
  const found = typeof target === 'string' ? findTarget(services, target) : undefined;
  return found && operationLike.test(found.operation) ? `${found.service.name}:${found.operation}` : undefined;
}
