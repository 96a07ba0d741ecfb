import { joinBytes } from '@coracle/core';

/**
 * Reads the chunks of a stream. If the caller stops early or `signal` aborts, the stream is cancelled.
 *
 * The chunks are read with a reader, because Safari cannot iterate streams.
 */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  const reader = stream.getReader();
  // A pending read then ends at once, even if the source never answers.
  const stop = () => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  let hasEnded = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      hasEnded = done;
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    if (!hasEnded) await reader.cancel().catch(() => undefined);
  }
}

/**
 * Returns the result of a promise. Rejects with the reason of `signal` as soon as it aborts, even if the promise is
 * never settled.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Reads chunks until `signal` aborts, even if the source then never answers. If the caller stops early, so do they.
 *
 * A stream of Node is destroyed at once. Its iterator would end only after the next chunk, which may never come.
 */
export async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const stop = () => {
    if ('destroy' in chunks && typeof chunks.destroy === 'function') chunks.destroy();
  };
  signal?.addEventListener('abort', stop, { once: true });
  let hasEnded = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await unlessAborted(iterator.next(), signal);
      hasEnded = done === true;
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    const stopped = hasEnded ? undefined : iterator.return?.();
    // A generator that waits for its own source stops only after that, which may be never.
    if (signal?.aborted) stopped?.catch(() => undefined);
    else await stopped;
  }
}

/** Returns a stream that reads from chunks only when it is read itself. */
export function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      pull: async (controller) => {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await iterator.return?.()),
    },
    { highWaterMark: 0 },
  );
}

/** The first bytes of chunks, and all chunks with these bytes at the start. */
export interface Peeked {
  readonly head: Uint8Array;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Reads at least `count` bytes of chunks ahead, or all bytes if there are fewer. */
export async function peek(chunks: AsyncIterable<Uint8Array>, count: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  let ended = false;
  while (!ended && head.length < count) {
    const { done, value } = await iterator.next();
    if (done) ended = true;
    else head = head.length === 0 ? value : joinBytes([head, value]);
  }
  const all = async function* () {
    try {
      if (head.length > 0) yield head;
      while (!ended) {
        const { done, value } = await iterator.next();
        if (done) ended = true;
        else yield value;
      }
    } finally {
      if (!ended) await iterator.return?.();
    }
  };
  return { head, chunks: all() };
}

/** Chunks that keep the failure of their source, so that it can be told from a failure of what reads them. */
export interface Watched {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Returns the given error, or the failure of the source if there was one. */
  readonly causeOf: (error: unknown) => { readonly isOfSource: boolean; readonly error: unknown };
}

/** Watches the source of chunks for its failure. */
export function watchSource(source: AsyncIterable<Uint8Array>): Watched {
  const failures: unknown[] = [];
  const chunks = async function* () {
    try {
      yield* source;
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  const causeOf = (error: unknown) =>
    failures.length > 0 ? { isOfSource: true, error: failures[0] } : { isOfSource: false, error };
  return { chunks: chunks(), causeOf };
}
