import type { Chunk } from './chunk-source.ts';
import type { OnEvent } from './events.ts';
import type { RequestBody } from './exchange.ts';

/** The blob to which a chunk belongs. */
export interface ReportedBlob {
  /** The digest. Bytes of a blob without a known digest are not reported. */
  readonly digest: string | undefined;
  /** The size of the whole blob in bytes, if it is known. */
  readonly size: number | undefined;
  /** The position of the chunk in the blob. */
  readonly first: number;
  readonly onEvent: OnEvent;
}

/** Returns the body of a request that sends a chunk, and reports the bytes that are read from it. */
export function reportedBody(chunk: Chunk, { digest, size, first, onEvent }: ReportedBlob): RequestBody {
  const read = async function* () {
    let bytes = first;
    for await (const part of chunk.read()) {
      yield part;
      bytes += part.length;
      if (digest !== undefined) onEvent({ kind: 'moved', digest, bytes, size });
    }
  };
  return { size: chunk.size, read };
}
