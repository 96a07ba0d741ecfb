import { longestWait, type Room } from '@coracle/core';
import { encodeUtf8, isBytes } from '@coracle/core/utf8';

/**
 * The headers of every answer. These headers make browsers trust the stated content type (`nosniff`), and block pages
 * of other origins from embedding the answer.
 */
export const everywhere = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

/**
 * The additional headers of content that clients have uploaded. If a browser opens the content, these headers stop the
 * browser from running code in the content.
 */
export const storedContent = { 'content-security-policy': "default-src 'none'; sandbox" };

/**
 * The maximum size, in bytes, of a body that does not count toward the memory limit `maxBufferedBytes` while the client
 * reads it.
 */
export const smallBody = 64 * 1024;

/** The body of each answer whose body has more than `smallBody` bytes or characters. */
const large = new WeakMap<Response, string | Uint8Array>();

export type Body = string | Uint8Array | ReadableStream<Uint8Array> | null;

/**
 * Makes a response with the headers of every answer (`everywhere`) and the given headers. If a given header has the
 * same name as a header of `everywhere`, the given value is used.
 */
export const respond = (status: number, headers: Readonly<Record<string, string>>, body: Body = null): Response =>
  respondExactly(status, { ...everywhere, ...headers }, body);

/**
 * Makes a response with exactly the given headers. The headers are a plain object, because servers read plain objects
 * the fastest.
 */
export function respondExactly(status: number, headers: Readonly<Record<string, string>>, body: Body): Response {
  const response = new Response(body as BodyInit | null, { status, headers });
  if ((typeof body === 'string' || isBytes(body)) && body.length > smallBody) large.set(response, body);
  return response;
}

/**
 * Makes a response whose body does not count toward the memory limit `maxBufferedBytes` when the response is sent. Use
 * this function if the body is the storage's own memory, or if the code that made the body has already counted the
 * bytes.
 */
export const respondLending = (status: number, headers: Readonly<Record<string, string>>, body: Body): Response =>
  new Response(body as BodyInit | null, { status, headers });

/**
 * Returns whether the body of this answer counts toward the memory limit `maxBufferedBytes` until the client has read
 * the body.
 */
export const needsRoom = (response: Response, { isBounded }: Room): boolean => isBounded && large.has(response);

/**
 * Counts the body of an answer toward the memory limit `maxBufferedBytes` until the client has read the body. Returns
 * the answer with a stream as its body, because only a stream shows when the client has read the body.
 * @throws ServerException with status 503 if the limit leaves too little memory for 30 seconds
 */
export async function inRoom(response: Response, room: Room): Promise<Response> {
  const body = large.get(response) ?? '';
  const bytes = typeof body === 'string' ? encodeUtf8(body) : body;
  const { status, headers } = response;
  if (!room.tryTake(bytes.length)) await room.take(bytes.length, longestWait);
  headers.set('content-length', String(bytes.length));
  const stream = lastingStream(bytes, () => room.give(bytes.length));
  return new Response(stream, { status, headers });
}

/** The size, in bytes, of the chunks in which a large body is streamed. Other requests may run between two chunks. */
const chunkBytes = 1024 * 1024;

/**
 * Makes a stream that gives an array of bytes in chunks.
 * @param end is called once, when all bytes are read or the reader cancels the stream
 */
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
