import { joinBytes, longestWait, type Room, serialization } from '@coracle/core';
import { type ChunkReader, readerOf } from './chunk-reader.ts';

/**
 * Reads the bodies of requests. A body is a stream that can be read only once, and that fails if the client
 * disconnects.
 *
 * A body that is not read to its end blocks its connection. So this module opens every body, and `settleBody` reads or
 * cancels the rest of the body once the request is answered.
 */

/** The state of a request body that this module has begun to read. */
interface Opened {
  readonly reader: ChunkReader;
  hasEnded: boolean;
  /** The memory that is reserved for this body. Undefined if none is reserved. */
  held: { readonly room: Room; readonly bytes: number } | undefined;
}

const opened = new WeakMap<Request, Opened>();

const brokenOff = (error: unknown): never => {
  const why = error instanceof Error ? error.message : String(error);
  throw serialization(`The request body could not be read to its end: ${why}`);
};

/**
 * Returns whether a value is a Uint8Array. A Uint8Array of another realm, such as an iframe or a `vm` context, counts
 * too.
 */
const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';

/**
 * Opens the body of a request for reading. Returns undefined if the request does not have a body.
 * @throws SerializationException if other code has begun to read the body
 */
async function open(request: Request): Promise<Opened | undefined> {
  const body = request.body as ReadableStream<Uint8Array> | null | undefined;
  if (body === null) return undefined;
  // Firefox does not have `Request.body`. Its `blob()` can be streamed, and keeps a large body on the disk.
  const stream = body ?? (await request.blob().catch(brokenOff)).stream();
  // `locked` is checked and not `bodyUsed`, because some servers would have to build a whole Request to answer
  // `bodyUsed`.
  if (stream.locked) {
    throw serialization('The body was read before the registry received the request: read a request.clone() instead');
  }
  try {
    const body: Opened = { reader: readerOf(stream, announcedBytes(request)), hasEnded: false, held: undefined };
    opened.set(request, body);
    return body;
  } catch (error) {
    return brokenOff(error);
  }
}

/** Reads the chunks of a body through its reader, because Safari cannot iterate over streams. */
async function* chunksOf(body: Opened): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { done, value } = await body.reader.read().catch((error: unknown) => {
      body.hasEnded = true;
      return brokenOff(error);
    });
    if (done) {
      body.hasEnded = true;
      return;
    }
    // The Fetch standard ("incrementally read a body") and the Streams standard ("read all bytes") also refuse other
    // chunks.
    if (!isBytes(value)) throw serialization('The request body could not be read: its chunks must be Uint8Arrays');
    yield value;
  }
}

/**
 * Returns the body of a request as an iterable of chunks. Returns undefined if the request does not have a body.
 * @throws SerializationException if the body cannot be read, now or during the iteration
 */
export async function contentOf(request: Request): Promise<AsyncIterable<Uint8Array> | undefined> {
  const body = await open(request);
  return body && chunksOf(body);
}

/**
 * Returns the value of a request's Content-Length header, in bytes. Returns undefined if the header is missing or is
 * not a number.
 */
export function announcedBytes(request: Request): number | undefined {
  const text = request.headers.get('content-length');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The options of `readAtMost`, which reads the whole body of a request into memory. */
export interface WholeBody {
  /**
   * The maximum size of the body, in bytes. If the Content-Length is larger, the body is not read at all. If the body
   * turns out to be larger, reading stops.
   */
  readonly most: number;
  /**
   * Makes the error that is thrown if the body is too large. `size` is the Content-Length in bytes, or undefined if the
   * request does not have the header.
   */
  readonly tooLarge: (size: number | undefined) => Error;
  /** Limits how many bytes the bodies of all unanswered requests together have in memory. Unlimited by default. */
  readonly room?: Room;
}

/**
 * Reads the whole body of a request into memory. Returns an empty array if the request does not have a body.
 * @throws the error of `tooLarge` if the body has more than `most` bytes
 * @throws SerializationException if the body cannot be read
 * @throws ServerException if other requests and answers hold too much memory for longer than 30 seconds
 */
export async function readAtMost(request: Request, { most, tooLarge, room }: WholeBody): Promise<Uint8Array> {
  const announced = announcedBytes(request);
  if (announced !== undefined && announced > most && request.body !== null) throw tooLarge(announced);
  const body = await open(request);
  if (body === undefined) return new Uint8Array(0);
  if (room) await makeRoom(body, room, announced ?? most);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(body)) {
    size += chunk.length;
    if (size > most) throw tooLarge(announced);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

async function makeRoom(body: Opened, room: Room, bytes: number): Promise<void> {
  if (!room.tryTake(bytes)) await room.take(bytes, longestWait);
  body.held = { room, bytes };
}

/**
 * Counts the body of a request against another memory limit than the one against which it was read. Does nothing if the
 * body was not counted.
 * @throws ServerException if other requests and answers hold too much memory for longer than 30 seconds
 */
export async function countAgainst(request: Request, room: Room): Promise<void> {
  const body = opened.get(request);
  if (body?.held === undefined || body.held.room === room) return;
  const { bytes } = body.held;
  if (!room.tryTake(bytes)) await room.take(bytes, longestWait);
  giveRoom(body);
  body.held = { room, bytes };
}

function giveRoom(body: Opened): void {
  body.held?.room.give(body.held.bytes);
  body.held = undefined;
}

/**
 * The maximum number of bytes that are read and discarded from a request body after the answer is known. Reading is
 * necessary because many clients read the answer only after they have sent their whole body.
 */
const mostDrained = 64 * 1024 * 1024;

const inWorkerd = (): boolean => 'FixedLengthStream' in globalThis;

/**
 * The maximum time, in milliseconds, to read and discard the rest of a request body in workerd. If the body has not
 * ended by then, the body is cancelled.
 */
const longestDrain = 30_000;

/**
 * Reads and discards the rest of a request's body once the answer is known, so that the connection can be used for the
 * next request. If the body is too long, or arrives too slowly in workerd, this function cancels the body.
 * @returns a promise that settles when the answer may be sent; undefined if the answer may be sent at once
 */
export function settleBody(request: Request): Promise<void> | undefined {
  const body = opened.get(request);
  if (body) {
    giveRoom(body);
    return body.hasEnded ? undefined : settle(request, body.reader);
  }
  // Outside of workerd the server itself deals with the bodies of GET and HEAD requests.
  if (!inWorkerd() && (request.method === 'GET' || request.method === 'HEAD')) return undefined;
  // If other code reads the body, the rest of the body is left to that code.
  const unread = request.body as ReadableStream<Uint8Array> | null | undefined;
  return unread && !unread.locked && !request.bodyUsed ? settle(request, unread.getReader()) : undefined;
}

function settle(request: Request, reader: ChunkReader): Promise<void> | undefined {
  if (!inWorkerd()) {
    later(() => drain(reader));
    return undefined;
  }
  // workerd ends the request body when the answer is sent. It then closes the connection, and a client that is still
  // sending may lose the answer. A client that waits for `100 Continue` does not send.
  if (request.headers.has('expect') || (announcedBytes(request) ?? 0) > mostDrained) return undefined;
  const late = setTimeout(() => void reader.cancel().catch(() => undefined), longestDrain);
  return drain(reader).finally(() => clearTimeout(late));
}

/**
 * Runs `act`, which reads or cancels the rest of the request's body, after the answer has been sent.
 *
 * There are two reasons to wait. First, the rest often need not be read after the answer: the server may have closed
 * the connection, or the client may still wait for `100 Continue` and has sent no body. Second, if code cancels the body
 * while Node's adapter still passes on bytes of the body, Node throws an error that no code can catch.
 */
const later = (act: () => Promise<void>): void => void setTimeout(act);

async function drain(reader: ChunkReader): Promise<void> {
  try {
    for (let size = 0; size <= mostDrained; ) {
      const { done, value } = await reader.read();
      if (done) return;
      size += isBytes(value) ? value.length : mostDrained;
    }
  } catch {
    // The client disconnected, and needs no answer either.
    return;
  }
  later(() => reader.cancel().catch(() => undefined));
}
