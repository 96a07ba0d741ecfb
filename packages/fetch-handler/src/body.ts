import { serialization } from '@coracle/core';

/** The bodies of requests: streams that can be read once, and that break off when their client goes away. */

const brokenOff = (error: unknown): never => {
  const why = error instanceof Error ? error.message : String(error);
  throw serialization(`The body could not be read to its end: ${why}`);
};

/** A request's body as a stream; null where it has none. */
export async function bodyOf(request: Request): Promise<ReadableStream<Uint8Array> | null> {
  const body = request.body as ReadableStream<Uint8Array> | null | undefined;
  // Firefox has no `Request.body`, but its blobs can be streamed, from the disk where they are large.
  return body === undefined ? (await request.blob().catch(brokenOff)).stream() : body;
}

/**
 * The chunks of a stream, with a reader, since Safari cannot iterate streams. Whoever stops early, or fails, cancels
 * the stream: its source need not go on.
 * @throws SerializationException where the stream breaks off.
 */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = readerOf(stream);
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(brokenOff);
      if (done) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    // Not awaited: a source may take its time, or never answer, and nothing depends on it.
    if (!ended) void reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

function readerOf(stream: ReadableStream<Uint8Array>): ReadableStreamDefaultReader<Uint8Array> {
  try {
    return stream.getReader();
  } catch (error) {
    return brokenOff(error);
  }
}

/** The content of a request as the engine takes it; undefined where it has no body. */
export async function contentOf(request: Request): Promise<AsyncIterable<Uint8Array> | undefined> {
  const body = await bodyOf(request);
  return body === null ? undefined : chunksOf(body);
}

/** The Content-Length that a client announced, in bytes; undefined where it announced none. */
export function announcedBytes(request: Request): number | undefined {
  const text = request.headers.get('content-length');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * A whole body. One that is larger than `most` bytes is not read to its end: the announced length is believed first,
 * then the bytes are counted as they come.
 * @param tooLarge makes what is thrown then; it gets the announced size, if there is one.
 */
export async function readAtMost(
  request: Request,
  most: number,
  tooLarge: (size: number | undefined) => Error,
): Promise<Uint8Array> {
  const body = await bodyOf(request);
  if (body === null) return new Uint8Array(0);
  const announced = announcedBytes(request);
  if (announced !== undefined && announced > most) {
    void body.cancel().catch(() => undefined);
    throw tooLarge(announced);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(body)) {
    size += chunk.length;
    if (size > most) throw tooLarge(announced);
    chunks.push(chunk);
  }
  return join(chunks, size);
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
 * A stream that reads from an iterator only when it is asked to, so that a client sets the pace, and that ends the
 * iterator when the client goes away.
 */
export function streamOf(content: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await content.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await content.return(undefined);
      },
    },
    // Nothing is read for an answer that nobody reads, as a HEAD's.
    { highWaterMark: 0 },
  );
}
