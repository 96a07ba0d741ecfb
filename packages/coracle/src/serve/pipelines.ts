import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Exchange } from './connections.ts';

/** Requests that wait on a connection. Beyond them no more is read from it. */
const mostWaiting = 100;

/**
 * Answers the requests of a connection one after the other, in the order in which its client gets the answers ("Pipelining"
 * of RFC 9112, 9.3.2). An answer that was made before its turn would hold room until those before it are sent, and they
 * could wait for that room.
 */
export function inOrder(answer: (exchange: Exchange) => void): (exchange: Exchange) => void {
  /** Those that are not over. Only the first is being answered. */
  const pipelines = new WeakMap<Socket, Exchange[]>();

  function pipelineOf(socket: Socket): Exchange[] {
    const known = pipelines.get(socket);
    if (known) return known;
    const pipeline: Exchange[] = [];
    pipelines.set(socket, pipeline);
    // Node resumes it with every message that it has read.
    socket.on('resume', () => {
      if (pipeline.length > mostWaiting) socket.pause();
    });
    socket.once('close', () => {
      for (const { response } of [...pipeline]) if (response.socket !== socket) breakOff(response);
    });
    return pipeline;
  }

  return (exchange) => {
    const { socket } = exchange.request;
    const pipeline = pipelineOf(socket);
    exchange.response.once('close', () => {
      pipeline.splice(pipeline.indexOf(exchange), 1);
      const [next] = pipeline;
      if (!next || socket.destroyed) return;
      if (pipeline.length === mostWaiting) socket.resume();
      answer(next);
    });
    const length = pipeline.push(exchange);
    if (length === 1) answer(exchange);
    else if (length > mostWaiting) socket.pause();
  };
}

/** Node tells only the response that has the connection that it closed. */
function breakOff(response: ServerResponse): void {
  response.destroy();
  response.emit('close');
}
