import { longestWait, type Room } from '@coracle/core';

/** Headers of every answer: a browser takes it for what it says it is, and keeps it from pages of other origins. */
export const everywhere = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

/** Headers of content that clients have stored: a browser that opens it runs nothing in it. */
export const storedContent = { 'content-security-policy': "default-src 'none'; sandbox" };

/** Bytes that may be in memory for as long as a client takes to read them. */
export const smallBody = 64 * 1024;

/** The bodies of answers that are larger. */
const large = new WeakMap<Response, string | Uint8Array>();

export type Body = string | Uint8Array | ReadableStream<Uint8Array> | null;

/** Makes an answer. */
export const respond = (status: number, headers: Readonly<Record<string, string>>, body: Body = null): Response =>
  respondExactly(status, { ...everywhere, ...headers }, body);

/** Makes an answer with these headers and no others. Plain objects of headers are the fastest that servers are given. */
export function respondExactly(status: number, headers: Readonly<Record<string, string>>, body: Body): Response {
  const response = new Response(body as BodyInit | null, { status, headers });
  if ((typeof body === 'string' || body instanceof Uint8Array) && body.length > smallBody) large.set(response, body);
  return response;
}

/** The same of a body that is the storage's own, or takes room by itself. */
export const respondLending = (status: number, headers: Readonly<Record<string, string>>, body: Body): Response =>
  new Response(body as BodyInit | null, { status, headers });

/** Whether an answer takes room until its client has it. */
export const needsRoom = (response: Response, { isBounded }: Room): boolean => isBounded && large.has(response);

/**
 * Takes room for the body of an answer until the client has it. Only a stream tells when that is.
 * @throws ServerException with status 503 if there was no room for 30 seconds
 */
export async function inRoom(response: Response, room: Room): Promise<Response> {
  const body = large.get(response) ?? '';
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const { status, headers } = response;
  if (!room.tryTake(bytes.length)) await room.take(bytes.length, longestWait);
  headers.set('content-length', String(bytes.length));
  const stream = lastingStream(bytes, () => room.give(bytes.length));
  return new Response(stream, { status, headers });
}

/** Others have their turn between the chunks of a list of a million tags. */
const chunkBytes = 1024 * 1024;

/** @param end is called once, when all is read or nobody reads on */
function lastingStream(bytes: Uint8Array, end: () => void): ReadableStream<Uint8Array> {
  let given = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (given < bytes.length) {
          controller.enqueue(bytes.subarray(given, given + chunkBytes));
          given += chunkBytes;
          return;
        }
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}
