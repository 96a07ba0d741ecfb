/** Content whose first chunk has been read. */
export interface StartedContent {
  readonly first: Uint8Array;
  readonly rest: AsyncGenerator<Uint8Array>;
  /** Whether the chunks may be transferred, because nobody else uses them. */
  readonly transferable: boolean;
  /** Is called with the error that broke the content off. A response that has begun can only be cut. */
  readonly failed?: (error: unknown) => void;
}

/**
 * Makes a stream that reads from an iterator only on demand, so that the client sets the pace. It ends the iterator
 * when the client disconnects.
 *
 * If the chunks are transferable, the stream can be read into a buffer of the reader's (`mode: 'byob'`), because such
 * streams detach the arrays that they are given.
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
      // A reader that waits with a buffer of its own learns of the end only by this response.
      if ('byobRequest' in controller) controller.byobRequest?.respond(0);
    },
    async cancel() {
      await rest.return(undefined);
    },
  };
  // Nothing is read for a response that nobody reads.
  const strategy = { highWaterMark: 0 };
  if (transferable) {
    try {
      return new ReadableStream({ ...source, type: 'bytes' }, strategy);
    } catch {
      // Older browsers support only streams of any values.
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
