/**
 * A request that the server may have read before it can send the answer, because answers to earlier requests of the
 * same connection come first (HTTP pipelining).
 */
export interface QueuedRequest extends Request {
  /**
   * Waits until the answer to this request can be sent.
   * @returns undefined if the answer can be sent now
   * @throws ServerException with status 503 if the answer cannot be sent, or if too many answers wait
   */
  whenSendable?(): Promise<void> | undefined;
}

/**
 * Waits until the answer to a request can be sent, if the server says so. Returns undefined if it can be sent now.
 *
 * Call this before you count bytes toward the memory limit `maxBufferedBytes`. Otherwise an answer that waits for
 * earlier answers could hold the memory that they wait for.
 */
export const whenSendable = (request: Request): Promise<void> | undefined =>
  (request as QueuedRequest).whenSendable?.();
