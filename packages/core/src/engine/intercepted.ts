/** The errors that a test asked for. */
const askedFor = new WeakSet<Error>();

export function markIntercepted(error: Error): Error {
  askedFor.add(error);
  return error;
}

/** Says whether `intercept` was told to fail with this error. Nothing about it is a secret of the registry. */
export const isIntercepted = (error: unknown): error is Error => error instanceof Error && askedFor.has(error);
