import type { BlobContent } from '@coracle/registry/image-tar';
import { RemoteError } from './failure.ts';

/** A part of a blob that is sent in one request. */
export interface Chunk {
  readonly size: number;
  readonly isLast: boolean;
  read(): AsyncIterable<Uint8Array>;
}

/** Gives the chunks of a blob. */
export interface ChunkSource {
  /** The size of the blob in bytes, if it is known. */
  readonly size: number | undefined;
  /**
   * Returns the chunk that begins at a position, with at most `most` bytes.
   * @throws RemoteError if the content before the position was read already and cannot be read again
   */
  at(start: number, most: number): Promise<Chunk>;
  /** Ends the reading of content that can be read only once. */
  close(): Promise<void>;
}

/** Returns the chunks of content. Content that can be read only once is kept in memory, one small chunk at a time. */
export function chunksOf(content: BlobContent): ChunkSource {
  const { size, readFrom } = content;
  return size !== undefined && readFrom ? new FileChunks(size, readFrom) : new StreamChunks(content);
}

class FileChunks implements ChunkSource {
  readonly size: number;
  readonly #readFrom: (start: number) => AsyncIterable<Uint8Array>;

  constructor(size: number, readFrom: (start: number) => AsyncIterable<Uint8Array>) {
    this.size = size;
    this.#readFrom = readFrom;
  }

  async at(start: number, most: number): Promise<Chunk> {
    const size = Math.min(most, this.size - start);
    const read = () => firstBytes(this.#readFrom(start), size);
    return { size, isLast: start + size === this.size, read };
  }

  async close(): Promise<void> {}
}

async function* firstBytes(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let left = size;
  if (left === 0) return;
  for await (const bytes of chunks) {
    yield bytes.length > left ? bytes.subarray(0, left) : bytes;
    left -= bytes.length;
    if (left <= 0) return;
  }
}

/** The maximum number of bytes of a stream that are kept in memory, so that they can be sent again. */
const windowBytes = 8 * 1024 * 1024;

class StreamChunks implements ChunkSource {
  readonly size = undefined;
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** The position of the first byte in the window. */
  #start = 0;
  #parts: Uint8Array[] = [];
  #kept = 0;
  #hasEnded = false;

  constructor(content: AsyncIterable<Uint8Array>) {
    this.#chunks = content[Symbol.asyncIterator]();
  }

  async at(start: number, most: number): Promise<Chunk> {
    if (start < this.#start) {
      throw new RemoteError(
        'refused',
        'The registry lost content that it had accepted, and a compressed archive cannot be read again in the middle. Run the same command again, or decompress the archive first',
      );
    }
    const wanted = Math.min(most, windowBytes);
    await this.#moveTo(start, wanted + 1);
    const size = Math.min(wanted, this.#kept);
    const isLast = this.#hasEnded && size === this.#kept;
    const parts = [...this.#parts];
    const read = async function* () {
      yield* parts;
    };
    return { size, isLast, read: () => firstBytes(read(), size) };
  }

  async close(): Promise<void> {
    if (!this.#hasEnded) await this.#chunks.return?.();
  }

  /** Drops the bytes before a position, and reads until the window has enough bytes. */
  async #moveTo(start: number, wanted: number): Promise<void> {
    for (;;) {
      while (this.#start < start && this.#parts[0]) this.#drop(start - this.#start);
      if (this.#hasEnded || (this.#start === start && this.#kept >= wanted)) return;
      const { done, value } = await this.#chunks.next();
      if (done) this.#hasEnded = true;
      else {
        this.#parts.push(value);
        this.#kept += value.length;
      }
    }
  }

  #drop(count: number): void {
    const [first = new Uint8Array(0), ...rest] = this.#parts;
    const dropped = Math.min(count, first.length);
    this.#parts = dropped === first.length ? rest : [first.subarray(dropped), ...rest];
    this.#start += dropped;
    this.#kept -= dropped;
  }
}
