import type { IncomingMessage } from 'node:http';

/**
 * The body of a request to Node's server, as a stream that reads only on demand. Node's own `Readable.toWeb` throws
 * outside of any call, and so ends the process, if it is cancelled while bytes arrive. It also ends the connection
 * before the client has read its answer.
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
   * @param beforeFirst is called when the first byte is asked for
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

  /** Says whether the server is waiting for more bytes of the body. */
  get isAwaited(): boolean {
    return this.#wake !== undefined;
  }

  /** Says whether any byte was asked for. */
  get isBegun(): boolean {
    return this.#beforeFirst === undefined;
  }

  /** Ends the stream, and discards the bytes that still come. */
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
   * Records that the client is gone, and wakes the reader. A request also closes after its end, which is not a failure.
   */
  #fail(): void {
    this.#failure ??= clientGone();
    this.#wake?.();
  }
}

/** Says whether a request was destroyed before its end was read. The rest of its body can no longer be read. */
const isGone = (request: IncomingMessage): boolean => request.destroyed && !request.readableEnded;

const clientGone = () => new Error('the client closed the connection');
