import { lossOf } from '@coracle/core';

/**
 * Gives what `fetch` gives if the connection fails with an error that `networkError` made: an answer whose body breaks
 * off. It returns undefined for any other error.
 * @throws TypeError as undici's `fetch` does, if the request is lost or the answer would have no body
 */
export function lostAnswer(error: unknown, { method }: Request): Response | undefined {
  const loss = lossOf(error);
  if (loss === undefined) return undefined;
  if (loss === 'request' || method === 'HEAD') throw new TypeError('fetch failed', { cause: error });
  const pull = (controller: ReadableStreamDefaultController): void =>
    controller.error(new TypeError('terminated', { cause: error }));
  // It fails when it is first read, because by then the headers have arrived.
  return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
}
