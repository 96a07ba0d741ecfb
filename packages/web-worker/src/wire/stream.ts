import { type Content, chunksOf } from '@coracle/core';
import { receiveError, type SentError, sendError } from './errors.ts';

/**
 * The bytes that may be on their way or wait in the other thread. A larger chunk is sent too, but then no other chunk is
 * sent until it has been read.
 */
const window = 2 * 1024 * 1024;

type FromReader = { readonly grant: number } | { readonly cancel: SentError };
type FromWriter = { readonly chunk: Uint8Array } | { readonly end: true } | { readonly error: SentError };

/** A source of bytes that another thread reads. */
interface Source {
  next(): Promise<Uint8Array | undefined>;
  stop(reason: unknown): void;
  /** Whether nobody else has the memory of the chunks, so that it can be given away. */
  readonly isOwner: boolean;
}

/**
 * Sends the bytes of a stream or an iterable to the port's other end, as fast as they are read there. If `lost` aborts,
 * the source is cancelled, and the stream at the other end fails.
 *
 * A stream of the platform cannot be transferred in Safari, and copies its chunks in other browsers.
 * @throws TypeError if `content` is neither a stream nor an iterable
 */
export function sendStream(port: MessagePort, content: Content, lost: AbortSignal): void {
  const source = sourceOf(content);
  const gate = new Gate();
  port.onmessage = ({ data }: MessageEvent<FromReader>) => {
    if ('grant' in data) gate.grant(data.grant);
    else gate.cancel(receiveError(data.cancel));
  };
  const onLost = () => {
    // The reader is still there if the caller has aborted.
    send(port, { error: sendError(lost.reason) });
    gate.cancel(lost.reason);
  };
  gate.whenCancelled((reason) => source.stop(reason));
  if (lost.aborted) onLost();
  else lost.addEventListener('abort', onLost, { once: true });
  void pump(port, source, gate).finally(() => {
    lost.removeEventListener('abort', onLost);
    port.close();
  });
}

const send = (port: MessagePort, message: FromWriter, transfer: Transferable[] = []): void =>
  port.postMessage(message, transfer);

async function pump(port: MessagePort, source: Source, gate: Gate): Promise<void> {
  try {
    while (await gate.open()) {
      const chunk = await source.next();
      if (gate.isCancelled) return;
      if (chunk === undefined) return send(port, { end: true });
      gate.take(chunk.byteLength);
      const given = source.isOwner && isWhole(chunk) ? chunk : chunk.slice();
      send(port, { chunk: given }, [given.buffer]);
    }
  } catch (error) {
    send(port, { error: sendError(error) });
  }
}

/** Counts the bytes that the reader has granted, and opens while it waits for more. */
class Gate {
  #granted = 0;
  #isCancelled = false;
  #changed = () => {};
  #onCancel: (reason: unknown) => void = () => {};

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  grant(bytes: number): void {
    this.#granted += bytes;
    this.#changed();
  }

  take(bytes: number): void {
    this.#granted -= bytes;
  }

  cancel(reason: unknown): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#onCancel(reason);
    this.#changed();
  }

  whenCancelled(call: (reason: unknown) => void): void {
    this.#onCancel = call;
  }

  /** Waits until the reader wants more bytes. Returns false if the reader has cancelled. */
  async open(): Promise<boolean> {
    while (this.#granted <= 0 && !this.#isCancelled) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    return !this.#isCancelled;
  }
}

/**
 * Returns a stream of the bytes that `sendStream` sends to the port's other end. If `lost` aborts, the stream fails with
 * the reason of the signal.
 */
export function receiveStream(port: MessagePort, lost: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  /** The granted bytes that have not arrived. Less than 0 if a chunk was larger than what was granted. */
  let underway = 0;
  let finish = () => {};
  const tell = (message: FromReader) => port.postMessage(message);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        const fail = (reason: unknown) => {
          finish();
          controller.error(reason);
        };
        const onLost = () => {
          // The sender is still there if the caller has aborted.
          tell({ cancel: sendError(lost.reason) });
          fail(lost.reason);
        };
        finish = () => {
          lost.removeEventListener('abort', onLost);
          port.close();
        };
        port.onmessage = ({ data }: MessageEvent<FromWriter>) => {
          if ('chunk' in data) {
            underway -= data.chunk.byteLength;
            controller.enqueue(data.chunk as Uint8Array<ArrayBuffer>);
            return;
          }
          if ('error' in data) return fail(receiveError(data.error));
          finish();
          controller.close();
        };
        port.onmessageerror = () => fail(new Error('A chunk of the stream could not be read from the other thread'));
        if (lost.aborted) onLost();
        else lost.addEventListener('abort', onLost, { once: true });
      },
      pull({ desiredSize }) {
        const grant = (desiredSize ?? 0) - underway;
        if (grant <= 0) return;
        underway += grant;
        tell({ grant });
      },
      cancel(reason) {
        tell({ cancel: sendError(reason) });
        finish();
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
  return {
    isOwner: false,
    next: async () => {
      const { done, value } = await iterator.next();
      return done ? undefined : checked(value);
    },
    stop: () => void iterator.return?.()?.catch(() => undefined),
  };
}

function checked(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError(`The chunks of a stream must be Uint8Arrays, not ${Object.prototype.toString.call(chunk)}`);
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
