/** Errors that a test asked for. */
const askedFor = new WeakSet<Error>();

export function markIntercepted(error: Error): Error {
  askedFor.add(error);
  return error;
}

/** Whether an error is one that `intercept` was told to fail with: what is about it is no secret of the registry. */
export const isIntercepted = (error: unknown): error is Error => error instanceof Error && askedFor.has(error);
