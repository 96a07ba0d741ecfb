import { longestWait, type Room, serialization } from '@coracle/core';

/**
 * The bodies of requests: streams that can be read once, and that break off when their client goes away. A body that is
 * not read to its end blocks the connection on which it comes. So every body is opened here, and `settleBody` deals
 * with the rest of it once the request is answered.
 */

/** The state of a body that was opened. */
interface Opened {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  hasEnded: boolean;
  /** Gives back the room that its bytes took. */
  giveRoom: () => void;
}

const opened = new WeakMap<Request, Opened>();

const brokenOff = (error: unknown): never => {
  const why = error instanceof Error ? error.message : String(error);
  throw serialization(`The body could not be read to its end: ${why}`);
};

/** Says whether a value is a Uint8Array, of any realm. */
const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';

/** Opens the body of a request. Returns undefined if the request does not have a body. */
async function open(request: Request): Promise<Opened | undefined> {
  const body = request.body as ReadableStream<Uint8Array> | null | undefined;
  if (body === null) return undefined;
  // Firefox has no `Request.body`, but its blobs can be streamed, from the disk if they are large.
  const stream = body ?? (await request.blob().catch(brokenOff)).stream();
  // `bodyUsed` would say the same, but a server's lazy request makes a whole Request to answer it.
  if (stream.locked) {
    throw serialization('The body was read before the registry received the request: read a request.clone() instead');
  }
  try {
    const body: Opened = { reader: stream.getReader(), hasEnded: false, giveRoom: () => undefined };
    opened.set(request, body);
    return body;
  } catch (error) {
    return brokenOff(error);
  }
}

/** Reads the chunks of a body by its reader, because Safari cannot iterate streams. */
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
    // The Fetch standard ("incrementally read a body") and the Streams standard ("read all bytes") refuse others too.
    if (!isBytes(value)) throw serialization('The body could not be read: its chunks must be Uint8Arrays');
    yield value;
  }
}

/**
 * Gives the content of a request as the engine accepts it; `undefined` if it has no body.
 * @throws SerializationException if the body cannot be read, now or while it is iterated
 */
export async function contentOf(request: Request): Promise<AsyncIterable<Uint8Array> | undefined> {
  const body = await open(request);
  return body && chunksOf(body);
}

/** Gives the Content-Length that a client announced, in bytes; `undefined` if it announced none. */
export function announcedBytes(request: Request): number | undefined {
  const text = request.headers.get('content-length');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The options of reading a whole body. */
export interface WholeBody {
  /**
   * The maximum number of bytes. Nothing is kept of a larger body: first its announced length is checked, then its
   * bytes are counted.
   */
  readonly most: number;
  /** Makes the error for a larger body. It gets the announced size if there is one. */
  readonly tooLarge: (size: number | undefined) => Error;
  /** Limits what bodies hold in memory until their requests are answered; unlimited by default. */
  readonly room?: Room;
}

/**
 * Reads a whole body. Returns an empty array if the request has no body.
 * @throws SerializationException if the body cannot be read
 * @throws ServerException if there is no room for it in time
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
  return join(chunks, size);
}

async function makeRoom(body: Opened, room: Room, bytes: number): Promise<void> {
  if (!room.tryTake(bytes)) await room.take(bytes, longestWait);
  body.giveRoom = () => room.give(bytes);
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const all = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

/**
 * The maximum number of bytes that are read of a body that nobody needs. Clients read the answer only once they have
 * sent their body.
 */
const mostDrained = 64 * 1024 * 1024;

const inWorkerd = (): boolean => 'FixedLengthStream' in globalThis;

/** The maximum time until such a body ends, in milliseconds. */
const longestDrain = 30_000;

/**
 * Reads the rest of a request's body once the request is answered, so that the connection stays usable for the next
 * request. If the end of the body does not come, it cancels the body.
 * @returns a promise that settles when the answer may be given; undefined if it may be given at once
 */
export function settleBody(request: Request): Promise<void> | undefined {
  const body = opened.get(request);
  if (body) {
    body.giveRoom();
    return body.hasEnded ? undefined : settle(request, body.reader);
  }
  // On other platforms the server deals with the bodies of these methods.
  if (!inWorkerd() && (request.method === 'GET' || request.method === 'HEAD')) return undefined;
  // If another reader has the body, it is left to that reader.
  const unread = request.body as ReadableStream<Uint8Array> | null | undefined;
  return unread && !unread.locked && !request.bodyUsed ? settle(request, unread.getReader()) : undefined;
}

function settle(request: Request, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> | undefined {
  if (!inWorkerd()) {
    later(() => drain(reader));
    return undefined;
  }
  // In workerd a body ends with its answer. It then closes the connection, and a client that still sends may lose the
  // answer. A client that waits for permission to go on does not send.
  if (request.headers.has('expect') || (announcedBytes(request) ?? 0) > mostDrained) return undefined;
  const late = setTimeout(() => void reader.cancel().catch(() => undefined), longestDrain);
  return drain(reader).finally(() => clearTimeout(late));
}

/**
 * Runs `act` after the answer has been sent. By then a server may have closed the connection, or its client may still
 * wait for permission to go on (`Expect: 100-continue`); such a body need not be read. Also, Node's adapter throws
 * outside of any call if it is cancelled while it passes on bytes.
 */
const later = (act: () => Promise<void>): void => void setTimeout(act);

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
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
