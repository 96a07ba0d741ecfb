import { longestWait, type Room } from '@coracle/core';
import { encodeUtf8, isBytes } from '@coracle/core/utf8';

/**
 * Headers of every answer. With them a browser takes it for the type that it states, and keeps it from pages of other
 * origins.
 */
export const everywhere = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

/** Headers of content that clients have stored. With them a browser that opens the content runs nothing in it. */
export const storedContent = { 'content-security-policy': "default-src 'none'; sandbox" };

/** The maximum size of a body that may be in memory for as long as a client takes to read it. */
export const smallBody = 64 * 1024;

/** The bodies of answers that are larger. */
const large = new WeakMap<Response, string | Uint8Array>();

export type Body = string | Uint8Array | ReadableStream<Uint8Array> | null;

/** Makes an answer. */
export const respond = (status: number, headers: Readonly<Record<string, string>>, body: Body = null): Response =>
  respondExactly(status, { ...everywhere, ...headers }, body);

/** Makes an answer with these headers and no others. Servers read plain objects of headers the fastest. */
export function respondExactly(status: number, headers: Readonly<Record<string, string>>, body: Body): Response {
  const response = new Response(body as BodyInit | null, { status, headers });
  if ((typeof body === 'string' || isBytes(body)) && body.length > smallBody) large.set(response, body);
  return response;
}

/** Makes the same for a body that is the storage's own, or that takes room by itself. */
export const respondLending = (status: number, headers: Readonly<Record<string, string>>, body: Body): Response =>
  new Response(body as BodyInit | null, { status, headers });

/** Says whether an answer takes room until its client has it. */
export const needsRoom = (response: Response, { isBounded }: Room): boolean => isBounded && large.has(response);

/**
 * Takes room for the body of an answer until the client has it. Only a stream shows when that is.
 * @throws ServerException with status 503 if there was not enough room within 30 seconds
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

/** The size of the chunks. Other work gets a turn between the chunks of a list of a million tags. */
const chunkBytes = 1024 * 1024;

/**
 * Streams bytes in chunks.
 * @param end is called once, when all is read or the reader cancels
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
