import type { ServerResponse } from 'node:http';
import { sendNodeResponse } from 'srvx/node';
import type { Exchange } from './connections.ts';

/**
 * The limits, in bytes and milliseconds, for a client that goes on sending its request after it got the answer. If the
 * client exceeds one of the limits, the server closes the connection.
 */
const lingering = { bytes: 64 * 1024 * 1024, milliseconds: 30_000 };

/**
 * Sends an answer. If the client is still sending its request, the answer is sent at once, but it is ended only when
 * the client has sent the whole request. If the client sends more than 64 MiB or takes more than 30 seconds for the
 * rest of the request, the connection is closed.
 *
 * If the server closed a connection with unread bytes, the system would reset the connection, and the client would lose
 * the answer.
 */
export async function send(exchange: Exchange, answer: Response): Promise<void> {
  const { request, response, body } = exchange;
  if (!body || request.complete) {
    await sendNodeResponse(response, answer);
    body?.drop();
    return;
  }
  // If the client still waits for permission, it should not send its body. The connection is closed nevertheless: a
  // body that came would block the next request.
  const waits = !body.isBegun && exchange.expectsContinue;
  if (waits || !mayFinish(exchange)) response.setHeader('connection', 'close');
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.flushHeaders();
  if (answer.body && request.method !== 'HEAD') await write(response, answer.body);
  body.drop();
  if (waits || (await endsInTime(exchange))) response.end();
  else request.socket.destroy();
}

const mayFinish = ({ request: { headers } }: Exchange): boolean =>
  !(Number(headers['content-length'] ?? 0) > lingering.bytes);

async function write(response: ServerResponse, body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  if (response.destroyed) return cancel();
  response.once('close', cancel);
  for (;;) {
    const { done, value } = await reader.read();
    if (done || response.destroyed) return;
    if (!response.write(value)) await drained(response);
  }
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });

/**
 * Waits until the client has sent the whole request or has disconnected. Returns false if the client sends more than 64
 * MiB or takes more than 30 seconds.
 */
function endsInTime({ request }: Exchange): Promise<boolean> {
  if (request.complete || request.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    let left = lingering.bytes;
    const end = (inTime: boolean): void => {
      clearTimeout(timer);
      request.off('data', count).off('end', whole).off('close', whole);
      resolve(inTime);
    };
    const whole = () => end(true);
    const count = (chunk: Uint8Array): void => {
      left -= chunk.length;
      if (left < 0) end(false);
    };
    const timer = setTimeout(() => end(false), lingering.milliseconds);
    timer.unref();
    request.on('data', count).on('end', whole).on('close', whole);
  });
}
