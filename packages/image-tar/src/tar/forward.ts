import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { ImageTarError } from '../errors.ts';
import { chunksOf, streamOf, watchSource } from '../source/chunks.ts';
import { EntryCheck, type TarEntry } from './entries.ts';

/** An entry with its content. The content must be read before the next entry is requested; unread content is skipped. */
export interface ReadEntry extends TarEntry {
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Reads the entries of an archive from its start to its end. Errors of `chunks` are passed on unchanged.
 * @throws ImageTarError if the archive is damaged or cut off, or if an entry is invalid
 */
export async function* readForward(
  chunks: AsyncIterable<Uint8Array>,
  signal?: AbortSignal | undefined,
): AsyncGenerator<ReadEntry> {
  const check = new EntryCheck();
  const source = watchSource(chunks);
  const explain = (failure: unknown): unknown => {
    if (signal?.aborted) return signal.reason;
    const { isOfSource, error } = source.causeOf(failure);
    return isOfSource || error instanceof ImageTarError ? error : check.damaged(error);
  };
  const decoder = createTarDecoder({ strict: true });
  const reader = streamOf(source.chunks)
    .pipeThrough(decoder as ReadableWritablePair<ParsedTarEntry, Uint8Array>, signal ? { signal } : {})
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const entry = check.next(value.header);
      const content = explained(chunksOf(value.body), explain);
      if (entry) yield { ...entry, content };
      // Not by `body.cancel()`: modern-tar would then skip the content of the next entry if it has read ahead.
      await drain(content);
    }
  } catch (error) {
    throw explain(error);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function drain(chunks: AsyncGenerator<Uint8Array>): Promise<void> {
  while (!(await chunks.next()).done);
}

async function* explained(
  chunks: AsyncIterable<Uint8Array>,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw explain(error);
  }
}
