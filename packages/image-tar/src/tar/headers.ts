import { joinBytes } from '@coracle/core';
import { createTarDecoder, type ParsedTarEntry, type TarHeader } from 'modern-tar';
import { ImageTarError, invalidArchive, shown } from '../errors.ts';
import { type ImageFile, type RandomAccess, readRange } from '../source/source.ts';
import { EntryCheck } from './entries.ts';
import { FileTable } from './file-table.ts';

/** The size in bytes of a block, in which headers are written and to which content is padded. */
const blockBytes = 512;
/** The number of bytes of headers that are read at once. */
const windowBytes = 64 * 1024;
/** The content of entries is not read. The decoder gets these bytes in its place. */
const zeros = new Uint8Array(1024 * 1024);

/**
 * Reads the headers of an archive, and skips the content of its entries. Returns the files and links of the archive.
 * @throws ImageTarError if the archive is damaged or cut off, or if an entry is invalid
 */
export async function readHeaders(
  archive: RandomAccess,
  signal?: AbortSignal | undefined,
): Promise<FileTable<ImageFile>> {
  const check = new EntryCheck();
  const table = new FileTable<ImageFile>();
  const headers = new HeaderReader(archive, signal);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const found = await headers.next();
      if (!found) return table;
      const { header, start } = found;
      const end = start + header.size;
      const entry = check.next(header);
      if (end > archive.size) throw cutOff(header, start, archive.size);
      if (entry?.target !== undefined) table.link(entry.path, entry.target);
      else if (entry) {
        const { path, size } = entry;
        const readFrom = (at: number) => readRange(archive, { start: start + at, end }, signal);
        table.add(path, { path, size, read: () => readFrom(0), readFrom });
      }
    }
  } catch (error) {
    if (error instanceof ImageTarError || signal?.aborted || headers.sourceFailed) throw error;
    throw check.damaged(error);
  } finally {
    await headers.close();
  }
}

const cutOff = ({ name, size }: TarHeader, start: number, end: number) =>
  invalidArchive(
    `The archive is cut off: its file ${shown(name)} has ${size} bytes, but the archive ends after ${end - start} of them. Save or download the archive again`,
  );

/**
 * Reads headers with the decoder of modern-tar. The decoder gets the headers block by block, so that the position of
 * each entry's content is known. Instead of the content, it gets zeros.
 */
class HeaderReader {
  /** Whether the archive itself could not be read. */
  sourceFailed = false;
  readonly #archive: RandomAccess;
  readonly #signal: AbortSignal | undefined;
  readonly #reader: ReadableStreamDefaultReader<ParsedTarEntry>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #position = 0;
  #window = { start: 0, bytes: new Uint8Array(0) as Uint8Array };
  #skip = 0;

  constructor(archive: RandomAccess, signal: AbortSignal | undefined) {
    this.#archive = archive;
    this.#signal = signal;
    const { readable, writable } = createTarDecoder({ strict: true });
    this.#reader = readable.getReader();
    this.#writer = writable.getWriter();
  }

  /** Returns the next header and the position of its content; undefined at the end of the archive. */
  async next(): Promise<{ readonly header: TarHeader; readonly start: number } | undefined> {
    await this.#skipContent();
    const outcome: { done: boolean; value?: ParsedTarEntry | undefined }[] = [];
    const reading = this.#reader.read().then((result) => void outcome.push(result));
    // A failure of the decoder is also a failure of the write that caused it.
    reading.catch(() => undefined);
    let zeroBlocks = 0;
    while (outcome.length === 0) {
      const block = await this.#nextBlock();
      zeroBlocks = block.every((byte) => byte === 0) ? zeroBlocks + 1 : 0;
      if (block.length > 0) await this.#writer.write(block);
      // Two blocks of zeros end an archive. Bytes after them are not read.
      if (block.length === 0 || zeroBlocks === 2) {
        await this.#writer.close();
        await reading;
      }
    }
    const value = outcome[0]?.value;
    if (!value) return undefined;
    await value.body.cancel();
    this.#skip = Math.ceil(value.header.size / blockBytes) * blockBytes;
    return { header: value.header, start: this.#position };
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
    await this.#writer.abort().catch(() => undefined);
  }

  async #skipContent(): Promise<void> {
    this.#position += this.#skip;
    for (; this.#skip > 0; this.#skip -= Math.min(this.#skip, zeros.length)) {
      await this.#writer.write(zeros.subarray(0, this.#skip));
    }
  }

  async #nextBlock(): Promise<Uint8Array> {
    const { start, bytes } = this.#window;
    if (this.#position < start || this.#position + blockBytes > start + bytes.length) await this.#moveWindow();
    const from = this.#position - this.#window.start;
    const block = this.#window.bytes.subarray(from, from + blockBytes);
    this.#position += block.length;
    return block;
  }

  async #moveWindow(): Promise<void> {
    const start = Math.min(this.#position, this.#archive.size);
    const end = Math.min(start + windowBytes, this.#archive.size);
    const parts: Uint8Array[] = [];
    try {
      for await (const bytes of readRange(this.#archive, { start, end }, this.#signal)) parts.push(bytes);
    } catch (error) {
      this.sourceFailed = true;
      throw error;
    }
    this.#window = { start, bytes: joinBytes(parts) };
  }
}
