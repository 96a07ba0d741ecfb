import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasOperation, type Service } from '@coracle/core';
import { findTarget } from '@coracle/fetch-handler';
import { loggedTarget, printable } from './logged.ts';

/** A request that was answered, or broken off. */
export interface Access {
  /** When it came. */
  readonly at: Date;
  readonly method: string;
  /**
   * With the query, in printable ASCII without spaces, so that it can be written into a log as it is. Of parameters that
   * `/v2/` does not know, such as signatures, only the names are in it.
   */
  readonly path: string;
  /** As IAM writes it (`ecr-public:CreateRepository`); undefined where the request names no operation of AWS. */
  readonly operation: string | undefined;
  /** undefined: the client went away before it had the whole answer, or the server was stopped. */
  readonly status: number | undefined;
  readonly milliseconds: number;
  /** On the wire, headers included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What a connection had carried when its last request was over. */
const carried = new WeakMap<Socket, { in: number; out: number }>();

/** Tells what became of a request, once. */
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

function operationOf(services: readonly Service[], target: string | string[] | undefined): string | undefined {
  const found = typeof target === 'string' ? findTarget(services, target) : undefined;
  // A client can write anything there; only names that exist are logged.
  return found && hasOperation(found.service, found.operation) ? `${found.service.name}:${found.operation}` : undefined;
}
