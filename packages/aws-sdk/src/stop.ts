/** An AbortSignal, or the older kind that the SDK still accepts, which has only `onabort`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  onabort?: unknown;
  addEventListener?(type: 'abort', listener: () => void): void;
  removeEventListener?(type: 'abort', listener: () => void): void;
}

const named = (name: string, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { name });

/**
 * Makes the error with which the SDK's own request handlers reject. The SDK neither retries an `AbortError` nor wraps
 * it.
 */
const aborted = ({ reason }: AbortSignalLike): Error =>
  reason === undefined || reason instanceof Error
    ? named('AbortError', 'Request aborted', reason)
    : named('AbortError', String(reason));

const timedOut = (milliseconds: number): Error =>
  named('TimeoutError', `Request did not complete within ${milliseconds} ms`);

export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/**
 * Waits for work, unless the signal or the time ends the wait first. The work itself goes on: a request that has
 * reached AWS cannot be undone either.
 * @param milliseconds the maximum time; there is no limit if it is 0 or undefined
 */
export function unlessStopped<T>(
  work: Promise<T>,
  signal: AbortSignalLike | undefined,
  milliseconds: number | undefined,
): Promise<T> {
  if (signal === undefined && !milliseconds) return work;
  const endings: (() => void)[] = [];
  const stopped = new Promise<never>((_, reject) => {
    if (milliseconds) {
      const timer = setTimeout(() => reject(timedOut(milliseconds)), milliseconds);
      endings.push(() => clearTimeout(timer));
    }
    if (signal === undefined) return;
    const onAbort = () => reject(aborted(signal));
    if (signal.addEventListener) {
      signal.addEventListener('abort', onAbort);
      endings.push(() => signal.removeEventListener?.('abort', onAbort));
    } else {
      signal.onabort = onAbort;
    }
  });
  return Promise.race([work, stopped]).finally(() => {
    for (const end of endings) end();
  });
}
