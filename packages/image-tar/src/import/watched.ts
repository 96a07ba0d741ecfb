import type { ArchiveFile } from '../formats/files.ts';
import type { BlobContent } from '../registry.ts';

/** Returns the content of a file that can be read several times. */
export const contentOf = (file: ArchiveFile): BlobContent => ({
  size: file.size,
  readFrom: (start) => file.readFrom?.(start) ?? skip(file.read(), start),
  [Symbol.asyncIterator]: () => file.read()[Symbol.asyncIterator](),
});

async function* skip(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const bytes of chunks) {
    if (left < bytes.length) yield bytes.subarray(left);
    left = Math.max(0, left - bytes.length);
  }
}

interface Watch {
  /** Called with the number of bytes of each chunk that was read. Bytes that are read again do not count. */
  readonly onRead: (bytes: number) => void;
  /** Called before each chunk and at the end. Stops the reading by throwing an error. */
  readonly check: () => void;
}

/**
 * Reports the chunks of content, and can stop it. `rethrow` throws the error with which the content failed, if it failed:
 * the engine wraps this error in an error of its own.
 */
export function watchContent(
  content: BlobContent,
  { onRead, check }: Watch,
): { readonly content: BlobContent; readonly rethrow: () => void } {
  const failures: unknown[] = [];
  let highest = 0;
  const watch = async function* (chunks: AsyncIterable<Uint8Array>, start: number) {
    let at = start;
    try {
      for await (const bytes of chunks) {
        check();
        yield bytes;
        at += bytes.length;
        if (at > highest) onRead(at - highest);
        highest = Math.max(highest, at);
      }
      check();
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  const { size, readFrom } = content;
  return {
    content: {
      size,
      readFrom: readFrom && ((start) => watch(readFrom(start), start)),
      [Symbol.asyncIterator]: () => watch(content, 0),
    },
    rethrow: () => {
      if (failures.length > 0) throw failures[0];
    },
  };
}
