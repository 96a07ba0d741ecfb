/** Reads the chunks of a stream, one after the other. */
export interface ChunkReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** The method of a BYOB reader that only Cloudflare Workers have. */
interface LargeReads {
  readAtLeast(bytes: number, view: Uint8Array): ReturnType<ChunkReader['read']>;
}

/** The size in bytes of a large chunk. */
const chunkBytes = 256 * 1024;

/**
 * Returns a reader of the stream of a body. In Cloudflare Workers, a stream gives chunks of a few KB, and each chunk
 * takes a turn of the JavaScript code. So a long body is read there in chunks of 256 KB, which takes a quarter less CPU
 * time for a whole upload.
 * @param announced the length of the body in bytes; undefined if it is not known
 */
export function readerOf(stream: ReadableStream<Uint8Array>, announced: number | undefined): ChunkReader {
  const isShort = announced !== undefined && announced < chunkBytes;
  return (isShort ? undefined : largeChunksOf(stream)) ?? stream.getReader();
}

function largeChunksOf(stream: ReadableStream<Uint8Array>): ChunkReader | undefined {
  const reader = byobReaderOf(stream);
  if (!reader) return undefined;
  let hasEnded = false;
  return {
    async read() {
      if (hasEnded) return { done: true };
      const { done, value } = await reader.readAtLeast(chunkBytes, new Uint8Array(chunkBytes));
      hasEnded = done;
      // The last chunk may come together with the end.
      return value && value.length > 0 ? { done: false, value } : { done };
    },
    cancel: () => reader.cancel(),
  };
}

function byobReaderOf(stream: ReadableStream<Uint8Array>): (ReadableStreamBYOBReader & LargeReads) | undefined {
  if (!('ReadableStreamBYOBReader' in globalThis) || !('readAtLeast' in ReadableStreamBYOBReader.prototype)) {
    return undefined;
  }
  try {
    return stream.getReader({ mode: 'byob' }) as ReadableStreamBYOBReader & LargeReads;
  } catch {
    // The stream was made by code, and is not a byte stream.
    return undefined;
  }
}
