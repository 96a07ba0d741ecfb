import { RemoteError } from './failure.ts';

/** Chunks do not become smaller than this number of bytes, whatever goes wrong. */
const smallest = 256 * 1024;

/** The number of broken connections without any progress after which chunks become smaller. */
const maxStalls = 2;

/** The size of the chunks of one upload. It becomes smaller if chunks of this size do not arrive. */
export class ChunkSize {
  #size: number;
  #min = 0;
  #stalls = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The maximum size in bytes of the next chunk. */
  get bytes(): number {
    return Math.max(this.#size, this.#min);
  }

  /** The minimum size in bytes that the registry accepts, the last chunk excepted (`OCI-Chunk-Min-Length`). */
  get min(): number {
    return this.#min;
  }

  set min(bytes: number) {
    this.#min = bytes;
  }

  /** Halves the size after a chunk of `bytes` bytes. Returns false if it is as small as possible already. */
  shrink(bytes: number): boolean {
    const smaller = Math.max(Math.floor(bytes / 2), this.#min, smallest);
    if (smaller >= bytes) return false;
    this.#size = smaller;
    return true;
  }

  /**
   * Notes that a server refused a chunk of `bytes` bytes as too large. Returns a sentence for the user.
   * @throws RemoteError if the chunk cannot be smaller
   */
  refused(bytes: number, host: string): string {
    if (this.shrink(bytes)) {
      return `${host} refuses a chunk of ${bytes} bytes as too large, so the next ones have ${this.bytes} bytes; --chunk-size sets the size`;
    }
    throw new RemoteError(
      'refused',
      `${host} refuses a chunk of ${bytes} bytes as too large (413). Raise the limit for bodies in the proxy before the registry`,
    );
  }

  /** Notes that bytes have arrived. */
  arrived(): void {
    this.#stalls = 0;
  }

  /**
   * Notes that a connection broke, and that the registry kept nothing of the chunk. A connection that breaks after each
   * few minutes never moves a large chunk, so the chunks become smaller.
   */
  stalled(): void {
    this.#stalls++;
    if (this.#stalls >= maxStalls) this.shrink(this.bytes);
  }
}
