import { lossOf } from '@coracle/core';

/**
 * Returns a response whose body fails when it is read, if `error` is a simulated network failure (`networkError`).
 * Returns undefined if `error` is any other error.
 * @throws TypeError, as undici's `fetch` does, if the simulated failure loses the request itself, or if the method is
 * HEAD, because an answer without a body cannot fail later
 */
export function lostAnswer(error: unknown, { method }: Request): Response | undefined {
  const loss = lossOf(error);
  if (loss === undefined) return undefined;
  if (loss === 'request' || method === 'HEAD') throw new TypeError('fetch failed', { cause: error });
  const pull = (controller: ReadableStreamDefaultController): void =>
    controller.error(new TypeError('terminated', { cause: error }));
  // The body fails only when it is first read, because the headers have arrived by then.
  return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
}
