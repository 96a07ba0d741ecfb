import { longestWait, type Room, serialization } from '@coracle/core';

/**
 * The bodies of requests: streams that can be read once, and that break off when their client goes away. A body that is
 * not read to its end holds up the connection on which it comes. So every body is opened here, and `settleBody` deals
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

/** Whether a value is a Uint8Array, of any realm. */
const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';

/** Opens the body of a request, or returns `undefined` if it has none. */
async function open(request: Request): Promise<Opened | undefined> {
  const body = request.body as ReadableStream<Uint8Array> | null | undefined;
  if (body === null) return undefined;
  // Firefox has no `Request.body`, but its blobs can be streamed, from the disk if they are large.
  const stream = body ?? (await request.blob().catch(brokenOff)).stream();
  try {
    const body: Opened = { reader: stream.getReader(), hasEnded: false, giveRoom: () => undefined };
    opened.set(request, body);
    return body;
  } catch (error) {
    return brokenOff(error);
  }
}

/** The chunks of a body, by a reader, since Safari cannot iterate streams. */
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
 * The content of a request as the engine takes it; `undefined` if it has no body.
 * @throws SerializationException if the body cannot be read, now or while it is iterated
 */
export async function contentOf(request: Request): Promise<AsyncIterable<Uint8Array> | undefined> {
  const body = await open(request);
  return body && chunksOf(body);
}

/** The Content-Length that a client announced, in bytes; `undefined` if it announced none. */
export function announcedBytes(request: Request): number | undefined {
  const text = request.headers.get('content-length');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** How a whole body is read. */
export interface WholeBody {
  /** In bytes. Of a larger body nothing is kept: the announced length is believed first, then the bytes are counted. */
  readonly most: number;
  /** Makes the error for a body that is larger; it gets the announced size if there is one. */
  readonly tooLarge: (size: number | undefined) => Error;
  /** Bounds what bodies hold in memory until their requests are answered; unbounded by default. */
  readonly room?: Room;
}

/**
 * Reads a whole body; an empty array if there is none.
 * @throws SerializationException if the body cannot be read; ServerException if there is no room for it
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

/** How much of a body that nobody wants is read, in bytes: clients read the answer only once they have sent theirs. */
const mostDrained = 64 * 1024 * 1024;

const inWorkerd = (): boolean => 'FixedLengthStream' in globalThis;

/** How long the end of such a body may take, in milliseconds. */
const longestDrain = 30_000;

/**
 * Deals with what is left of a request's body once the request is answered: reads it to its end, so that the connection
 * stays good for the next request, and cancels it if the end does not come.
 * @returns when the answer may be given; undefined: at once
 */
export function settleBody(request: Request): Promise<void> | undefined {
  const body = opened.get(request);
  if (body) {
    body.giveRoom();
    return body.hasEnded ? undefined : settle(request, body.reader);
  }
  // Elsewhere the server deals with theirs.
  if (!inWorkerd() && (request.method === 'GET' || request.method === 'HEAD')) return undefined;
  // A body that somebody else reads is theirs.
  const unread = request.body as ReadableStream<Uint8Array> | null | undefined;
  return unread && !unread.locked && !request.bodyUsed ? settle(request, unread.getReader()) : undefined;
}

function settle(request: Request, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> | undefined {
  if (!inWorkerd()) {
    later(() => drain(reader));
    return undefined;
  }
  // In workerd a body ends with its answer. It then closes the connection, and a client that still sends may lose the
  // answer. One that waits to be told to go on does not send.
  if (request.headers.has('expect') || (announcedBytes(request) ?? 0) > mostDrained) return undefined;
  const late = setTimeout(() => void reader.cancel().catch(() => undefined), longestDrain);
  return drain(reader).finally(() => clearTimeout(late));
}

/**
 * After the answer has gone out. A server that closes the connection then, or whose client waits to be told to go on
 * (`Expect: 100-continue`), is spared the body. And Node's adapter fails outside of any call if it is cancelled while it
 * gives on what it has.
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
    // The client went away, and wants no answer either.
    return;
  }
  later(() => reader.cancel().catch(() => undefined));
}
