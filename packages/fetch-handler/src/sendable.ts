/**
 * A request for which the server may have to delay the answer, because the answers to earlier requests of the same
 * connection must be sent first (HTTP pipelining).
 */
export interface QueuedRequest extends Request {
  /**
   * Waits until the answer to this request can be sent.
   * @returns undefined if the answer can be sent now
   * @throws ServerException with status 503 if the answer cannot be sent, or if too many answers wait on the connection
   */
  whenSendable?(): Promise<void> | undefined;
}

/**
 * Waits until the answer to a request can be sent. Returns undefined if the answer can be sent now, or if the server
 * does not provide `whenSendable`.
 *
 * Call this before you count bytes toward the memory limit `maxBufferedBytes`. Otherwise an answer that waits for
 * earlier answers could hold the memory that the earlier answers need.
 */
export const whenSendable = (request: Request): Promise<void> | undefined =>
  (request as QueuedRequest).whenSendable?.();
