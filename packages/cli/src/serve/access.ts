import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Service } from '@coracle/registry/core';
import { findTarget } from '@coracle/registry/fetch-handler';
import { loggedTarget, printable } from './logged.ts';

/** A request that was answered, or that broke off. */
export interface Access {
  /** The time at which the request came. */
  readonly at: Date;
  readonly method: string;
  /**
   * The path with the query, in printable ASCII without spaces, so that it can be written into a log as it is. Only the
   * names of parameters that `/v2/` does not know, such as signatures, are in it.
   */
  readonly path: string;
  /**
   * The operation as IAM writes it (`ecr-public:CreateRepository`); undefined if the request names no operation of a service.
   */
  readonly operation: string | undefined;
  /**
   * The HTTP status; undefined if the client disconnected before the end of the answer, or if the server was stopped.
   */
  readonly status: number | undefined;
  readonly milliseconds: number;
  /** The bytes on the wire, headers included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The bytes that a connection had carried when its last request was over. */
const carried = new WeakMap<Socket, { in: number; out: number }>();

/** Reports the result of a request, once. */
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

/** The form of an operation's name. A client can write any text into the header, which must not break a log. */
const operationLike = /^[A-Z][A-Za-z]{2,63}$/;

/** Names the operation, also if Coracle does not have it, so that the log says which operation is missing. */
function operationOf(services: readonly Service[], target: string | string[] | undefined): string | undefined {
  const found = typeof target === 'string' ? findTarget(services, target) : undefined;
  return found && operationLike.test(found.operation) ? `${found.service.name}:${found.operation}` : undefined;
}
