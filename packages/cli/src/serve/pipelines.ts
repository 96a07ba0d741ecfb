import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { RegistryError } from '@coracle/registry/core';

/**
 * The maximum number of answers on one connection that may wait until the answers before them are sent. For small
 * answers Node stops reading requests before this number is reached.
 */
const mostWaiting = 100;

/**
 * The state of one connection: the responses that have not been sent completely, and how many of them wait for earlier
 * responses.
 */
interface Pipeline {
  readonly responses: Set<ServerResponse>;
  /** The number of answers that wait until all answers before them are sent. */
  waiting: number;
}

const pipelines = new WeakMap<Socket, Pipeline>();

/**
 * Makes sure that a response closes when its connection closes. A client may send several requests without waiting for
 * their answers ("Pipelining" of RFC 9112, 9.3.2). If the connection then closes, Node itself closes only the response
 * that is being sent.
 * @returns false if the response has already ended or its connection is closed, so that no answer can reach the client
 */
export function closeWithConnection({ socket }: IncomingMessage, response: ServerResponse): boolean {
  if (socket.destroyed || response.destroyed || response.writableEnded) return false;
  const { responses } = pipelineOf(socket);
  responses.add(response);
  response.once('close', () => responses.delete(response));
  return true;
}

function pipelineOf(socket: Socket): Pipeline {
  const known = pipelines.get(socket);
  if (known) return known;
  const pipeline: Pipeline = { responses: new Set(), waiting: 0 };
  pipelines.set(socket, pipeline);
  socket.once('close', () => {
    for (const response of [...pipeline.responses]) if (response.socket !== socket) close(response);
  });
  return pipeline;
}

function close(response: ServerResponse): void {
  response.destroy();
  response.emit('close');
}

/**
 * Waits until the answers to all earlier requests on the connection have been sent.
 * @returns undefined if the answer can be sent now
 * @throws ServerException with status 503 if too many answers wait on the connection, or if the connection closes
 */
export function whenSendable({ socket }: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
  if (response.socket || response.destroyed) return undefined;
  const pipeline = pipelineOf(socket);
  if (pipeline.waiting >= mostWaiting) {
    throw unanswerable(
      `On this connection ${mostWaiting} responses already wait to be read, which is the maximum. Read these responses, then send the request again.`,
    );
  }
  pipeline.waiting++;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      response.off('socket', end).off('close', end);
      pipeline.waiting--;
      if (response.destroyed)
        reject(unanswerable('The client closed the connection before the response was sent. Send the request again.'));
      else resolve();
    };
    response.on('socket', end).on('close', end);
  });
}

const unanswerable = (message: string) =>
  new RegistryError('ServerException', message, 'UNKNOWN', { fault: 'server', retryable: true });
