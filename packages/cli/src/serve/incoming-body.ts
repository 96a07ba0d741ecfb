import type { IncomingMessage } from 'node:http';

/**
 * The body of a request to Node's server, as a stream that reads only on demand.
 *
 * Node's own `Readable.toWeb` is not used. If the stream that `Readable.toWeb` returns is cancelled while bytes arrive,
 * Node throws an error that ends the process. Node also closes the connection before the client has read the answer.
 */
export class IncomingBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #request: IncomingMessage;
  #beforeFirst: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;
  #isDropped = false;

  /**
   * Makes the stream of a request's body.
   * @param beforeFirst is called when the first byte of the body is about to be read
   */
  constructor(request: IncomingMessage, beforeFirst: () => void) {
    this.#request = request;
    this.#beforeFirst = beforeFirst;
    this.stream = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => this.#pull(controller),
        cancel: () => this.drop(),
      },
      // No byte is requested from a client that may be refused.
      { highWaterMark: 0 },
    );
  }

  /** Whether the server is waiting for the client to send more bytes of the body. */
  get isAwaited(): boolean {
    return this.#wake !== undefined;
  }

  /** Whether the server has begun to read the body. */
  get isBegun(): boolean {
    return this.#beforeFirst === undefined;
  }

  /** Ends the stream, and discards all bytes of the body that the client still sends. */
  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#request.off('readable', this.#onChange).resume();
    this.#wake?.();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#beforeFirst && !this.#isDropped) this.#begin(this.#beforeFirst);
    for (;;) {
      if (this.#isDropped) return controller.close();
      const chunk = this.#request.read() as Uint8Array | null;
      if (chunk !== null) return controller.enqueue(chunk);
      if (this.#request.readableEnded) return controller.close();
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  #begin(beforeFirst: () => void): void {
    this.#beforeFirst = undefined;
    beforeFirst();
    const request = this.#request;
    if (isGone(request)) this.#failure = clientGone();
    request
      .on('readable', this.#onChange)
      .once('end', this.#onChange)
      .once('error', () => this.#fail())
      .once('close', () => this.#fail());
  }

  readonly #onChange = (): void => this.#wake?.();

  /**
   * Ends a pending read with an error if the client has disconnected in the middle of the body. If the body was
   * complete, the end of the connection is not an error.
   */
  #fail(): void {
    this.#failure ??= clientGone();
    this.#wake?.();
  }
}

/** Returns whether the connection was closed before the whole body of the request was read. */
const isGone = (request: IncomingMessage): boolean => request.destroyed && !request.readableEnded;

const clientGone = () => new Error('the client closed the connection');
