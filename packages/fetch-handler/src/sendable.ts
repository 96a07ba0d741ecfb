/** A request that a server may have read before it can send the answer. */
export interface QueuedRequest extends Request {
  /**
   * Waits until the answer can be sent.
   * @returns undefined if it can be sent now
   * @throws ServerException with status 503 if it cannot be sent, or if too many answers wait
   */
  whenSendable?(): Promise<void> | undefined;
}

/**
 * Waits until the answer to a request can be sent. An answer that waits behind others must hold no room, because they
 * may wait for that room.
 */
export const whenSendable = (request: Request): Promise<void> | undefined =>
  (request as QueuedRequest).whenSendable?.();
