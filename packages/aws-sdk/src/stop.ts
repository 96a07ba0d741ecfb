/**
 * An AbortSignal, or an abort signal of the older type that the AWS SDK itself defines. The older type has `onabort`,
 * but no `addEventListener`.
 */
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
 * Returns the error with which the SDK's own request handlers reject if a signal aborts a request. The SDK neither
 * retries nor wraps an `AbortError`.
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
 * Returns the result of `work`, but rejects as soon as the signal aborts or the time is over. `work` itself is not
 * stopped. A request that has reached AWS cannot be stopped either.
 * @param milliseconds the maximum time to wait. The time is not limited if `milliseconds` is 0 or undefined
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
