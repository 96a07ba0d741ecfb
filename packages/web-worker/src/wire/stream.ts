import { type Content, chunksOf } from '@coracle/core';
import { receiveError, type SentError, sendError } from './errors.ts';
import type { Lifetime } from './lifetime.ts';

/**
 * The bytes that may be on their way or wait in the other thread. A larger chunk is sent too, but then no other chunk is
 * sent until it has been read. The sender has this grant from the start, so a short stream needs no answer.
 */
const window = 2 * 1024 * 1024;

/** The reader grants at least this many bytes at once. A grant for each small chunk would double the messages. */
const leastGrant = window / 4;

type FromReader = { readonly grant: number } | { readonly cancel: SentError };
type FromWriter = { readonly chunk: Uint8Array } | { readonly end: true } | { readonly error: SentError };

// The thread that gets the last message closes the port. In Firefox, the messages of a port that has just been transferred
// are lost if it is closed.

/** A source of bytes that another thread reads. */
interface Source {
  next(): Promise<Uint8Array | undefined>;
  stop(reason: unknown): void;
  /** Whether nobody else has the memory of the chunks, so that it can be given away. */
  readonly isOwner: boolean;
}

/**
 * Sends the bytes of a stream or an iterable to the port's other end, as fast as they are read there. When `lifetime`
 * ends, the source is cancelled, and the stream at the other end fails.
 *
 * A stream of the platform cannot be transferred in Safari, and copies its chunks in other browsers.
 * @returns a function that cancels the source, if nobody will read the stream
 * @throws TypeError if `content` is neither a stream nor an iterable
 */
export function sendStream(port: MessagePort, content: Content, lifetime: Lifetime): (reason: unknown) => void {
  const source = sourceOf(content);
  let granted = window;
  let isOver = false;
  let wake = () => {};
  const send = (message: FromWriter, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  const finish = (last?: FromWriter) => {
    isOver = true;
    forget();
    if (last) send(last);
    else port.close();
  };
  const stop = (reason: unknown, last?: FromWriter) => {
    if (isOver) return;
    finish(last);
    source.stop(reason);
    wake();
  };
  // If only this thread's call has been aborted, the reader is still there.
  const onEnd = (reason: unknown) => stop(reason, { error: sendError(reason) });
  const forget = lifetime.onEnd(onEnd);
  port.onmessage = ({ data }: MessageEvent<FromReader>) => {
    if ('grant' in data) {
      granted += data.grant;
      return wake();
    }
    if (isOver) port.close();
    else stop(receiveError(data.cancel));
  };

  const pump = async () => {
    for (;;) {
      while (granted <= 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (isOver) return;
      const chunk = await source.next();
      if (isOver) return;
      if (chunk === undefined) return finish({ end: true });
      // A grant would not bound the number of empty chunks.
      if (chunk.byteLength === 0) continue;
      granted -= chunk.byteLength;
      // `slice()` of a Buffer of Node would not copy.
      const given = source.isOwner && isWhole(chunk) ? chunk : new Uint8Array(chunk);
      send({ chunk: given }, [given.buffer]);
    }
  };
  if (lifetime.ending) onEnd(lifetime.ending.reason);
  else pump().catch((error: unknown) => stop(error, { error: sendError(error) }));
  return stop;
}

/**
 * Returns a stream of the bytes that `sendStream` sends to the port's other end. When `lifetime` ends, the stream fails
 * with the reason.
 */
export function receiveStream(port: MessagePort, lifetime: Lifetime): ReadableStream<Uint8Array<ArrayBuffer>> {
  /** The granted bytes that have not arrived. Less than 0 if a chunk was larger than what was granted. */
  let underway = window;
  let finish = (_last?: FromReader) => {};
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        const onEnd = (reason: unknown) => {
          // If only this thread's call has been aborted, the sender is still there.
          finish({ cancel: sendError(reason) });
          controller.error(reason);
        };
        const forget = lifetime.onEnd(onEnd);
        let isOver = false;
        finish = (last) => {
          isOver = true;
          forget();
          if (last) port.postMessage(last);
          else port.close();
        };
        port.onmessage = ({ data }: MessageEvent<FromWriter>) => {
          if ('chunk' in data) {
            underway -= data.chunk.byteLength;
            if (!isOver) controller.enqueue(data.chunk as Uint8Array<ArrayBuffer>);
            return;
          }
          if (isOver) return port.close();
          finish();
          if ('error' in data) controller.error(receiveError(data.error));
          else controller.close();
        };
        if (lifetime.ending) onEnd(lifetime.ending.reason);
      },
      pull({ desiredSize }) {
        const grant = (desiredSize ?? 0) - underway;
        if (grant < leastGrant) return;
        underway += grant;
        port.postMessage({ grant } satisfies FromReader);
      },
      cancel(reason) {
        finish({ cancel: sendError(reason) });
      },
    },
    { highWaterMark: window, size: ({ byteLength }) => byteLength },
  );
}

function sourceOf(content: Content): Source {
  const isStream = typeof content === 'object' && 'getReader' in content;
  return isStream ? streamSource(content) : iteratorSource(chunksOf(content));
}

function streamSource(stream: ReadableStream<Uint8Array>): Source {
  const isOwner = hasOwnBytes(stream);
  const reader = stream.getReader();
  return {
    isOwner,
    next: async () => {
      const { done, value } = await reader.read();
      return done ? undefined : checked(value);
    },
    stop: (reason) => void reader.cancel(reason).catch(() => undefined),
  };
}

function iteratorSource(chunks: AsyncIterable<Uint8Array>): Source {
  const iterator = chunks[Symbol.asyncIterator]();
  const end = async () => iterator.return?.();
  return {
    isOwner: false,
    next: async () => {
      const { done, value } = await iterator.next();
      return done ? undefined : checked(value);
    },
    stop: () => void end().catch(() => undefined),
  };
}

/** Returns the chunk if it is a Uint8Array, also of another realm, such as an iframe. */
function checked(chunk: unknown): Uint8Array {
  const kind = Object.prototype.toString.call(chunk);
  if (ArrayBuffer.isView(chunk) && kind === '[object Uint8Array]') return chunk as Uint8Array;
  throw new TypeError(`The chunks of a stream must be Uint8Arrays, not ${kind}`);
}

/** Says whether each chunk of a stream is memory of its own: a byte stream takes the memory of what it is given. */
function hasOwnBytes(stream: ReadableStream<Uint8Array>): boolean {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

const isWhole = ({ byteLength, buffer }: Uint8Array): boolean => byteLength === buffer.byteLength;
