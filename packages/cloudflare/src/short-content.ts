import { joinBytes } from '@coracle/core';

/** Content that was read as a whole, or of which only the first chunks were read. */
export type Begun = { readonly whole: Uint8Array } | { readonly content: AsyncIterable<Uint8Array> };

/**
 * Reads content as a whole if it has at most `most` bytes. Longer content is given back as it was, with the chunks that
 * were read.
 */
export async function readIfShort(content: AsyncIterable<Uint8Array>, most: number): Promise<Begun> {
  const iterator = content[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size <= most; ) {
    const { done, value } = await iterator.next();
    if (done) return { whole: joinBytes(chunks) };
    chunks.push(value);
    size += value.length;
  }
  return { content: withRest(chunks, iterator) };
}

async function* withRest(
  chunks: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield* chunks;
  yield* { [Symbol.asyncIterator]: () => rest };
}
