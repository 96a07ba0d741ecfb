import { kindOf } from '../domain/text.ts';
import { encodeUtf8 } from '../utf8.ts';

/**
 * The content of a blob: a string, bytes, a Blob, a stream or an iterable. A string is encoded as UTF-8. The chunks of
 * a stream or an iterable must be Uint8Arrays.
 */
export type Content =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

/**
 * Returns the bytes of content as chunks.
 * @throws TypeError if `content` is not of the type `Content`
 */
export function chunksOf(content: Content): AsyncIterable<Uint8Array> {
  const bytes = wholeOf(content);
  if (bytes) return inOneChunk(bytes);
  if (typeof content === 'object' && content !== null) {
    if ('getReader' in content) return readChunks(content);
    if (Symbol.asyncIterator in content) return content;
    if ('stream' in content && typeof content.stream === 'function') return readChunks(content.stream());
    if (Symbol.iterator in content) return inTurn(content as Iterable<Uint8Array>);
  }
  throw new TypeError(
    `The content of a blob must be a string, bytes, a Blob, a stream or an iterable of Uint8Arrays, not ${kindOf(content)}`,
  );
}

/**
 * Returns a copy of the bytes of a manifest. A string is encoded as UTF-8.
 * @throws TypeError if `content` is neither a string nor bytes
 */
export function bytesOf(content: string | Uint8Array | ArrayBuffer): Uint8Array {
  const bytes = wholeOf(content);
  // A copy, since the caller may go on to use its own bytes before all of the manifest's records are made.
  if (bytes) return bytes.slice();
  throw new TypeError(
    `The bytes of a manifest must be a string, a Uint8Array or an ArrayBuffer, not ${kindOf(content)}`,
  );
}

function wholeOf(content: unknown): Uint8Array | undefined {
  if (typeof content === 'string') return encodeUtf8(content);
  if (ArrayBuffer.isView(content)) return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  return kindOf(content) === 'ArrayBuffer' ? new Uint8Array(content as ArrayBuffer) : undefined;
}

async function* inOneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* inTurn(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Reads the chunks of a stream with its reader, because Safari cannot iterate streams with `for await`. */
async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let hasEnded = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        hasEnded = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!hasEnded) await reader.cancel().catch(() => undefined);
  }
}
