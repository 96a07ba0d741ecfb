/**
 * The content of a blob after its first chunk has been read: `first` is this chunk, and `rest` gives the other chunks.
 */
export interface StartedContent {
  readonly first: Uint8Array;
  readonly rest: AsyncGenerator<Uint8Array>;
  /**
   * Whether the memory of a chunk may be transferred to the reader. This is possible if no other code uses the memory.
   */
  readonly transferable: boolean;
  /**
   * Is called with the error if reading fails after the first chunk. The response has begun by then and cannot become
   * an error answer, so the connection to the client is cut.
   */
  readonly failed?: (error: unknown) => void;
}

/**
 * Makes a stream of a blob's content. The stream reads a chunk from the storage only when the client asks for more
 * bytes. If the client disconnects, the iterator of the content is ended.
 *
 * If the chunks are transferable, the result is a byte stream, which a reader can also read into its own buffer (`mode:
 * 'byob'`). A byte stream detaches the memory of each chunk.
 */
export function streamOf({ first, rest, transferable, failed }: StartedContent): ReadableStream<Uint8Array> {
  let next: Uint8Array | undefined = first;
  const source = {
    async pull(controller: ReadableStreamDefaultController<Uint8Array> | ReadableByteStreamController) {
      const chunk = next ?? (await nextOf(rest, failed));
      next = undefined;
      if (chunk) {
        controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
        return;
      }
      controller.close();
      // A reader that waits with its own buffer learns only from this call that the stream has ended.
      if ('byobRequest' in controller) controller.byobRequest?.respond(0);
    },
    async cancel() {
      await rest.return(undefined);
    },
  };
  // With this strategy, nothing is read from the storage until the client reads the response.
  const strategy = { highWaterMark: 0 };
  if (transferable) {
    try {
      return new ReadableStream({ ...source, type: 'bytes' }, strategy);
    } catch {
      // Older browsers do not support byte streams.
    }
  }
  return new ReadableStream(source, strategy);
}

async function nextOf(
  content: AsyncGenerator<Uint8Array>,
  failed: StartedContent['failed'],
): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await content.next();
    return done ? undefined : value;
  } catch (error) {
    failed?.(error);
    throw error;
  }
}
