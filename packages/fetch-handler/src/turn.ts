/** A request that a server has read before it can send the answer. */
export interface QueuedRequest extends Request {
  /**
   * Waits until the answer can be sent.
   * @returns undefined if it can be sent now
   * @throws ServerException with status 503 if it cannot be sent, or if too many answers wait
   */
  turn?(): Promise<void> | undefined;
}

/** An answer must hold no room before its turn: those before it could wait for that very room. */
export const turnOf = (request: Request): Promise<void> | undefined => (request as QueuedRequest).turn?.();
