import { invalidArchive } from '../errors.ts';
import { chunksOf, peek, unlessAborted, untilAborted } from './chunks.ts';
import { compressionOf, decompress, magicBytes } from './compression.ts';

/** An archive whose bytes can be read in any order, such as a file on a disk. */
export interface RandomAccess {
  /** The size of the archive in bytes. */
  readonly size: number;
  /** Returns the bytes from position `start` (inclusive, counted from 0) to position `end` (exclusive). */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** A file of an archive or of a folder. */
export interface ImageFile {
  /** The path of the file in the archive, without `./` at the start. */
  readonly path: string;
  /** The size of the file in bytes. */
  readonly size: number;
  /** Reads the content of the file. */
  read(): AsyncIterable<Uint8Array>;
  /** Reads the content from a position on, counted from 0. If this method is missing, `read` is called instead. */
  readFrom?(start: number): AsyncIterable<Uint8Array>;
}

/** A folder with an OCI layout. `find` returns the file with a path, such as `index.json`, if the file exists. */
export interface ImageFolder {
  find(path: string): Promise<ImageFile | undefined>;
}

/**
 * The source of an import: an archive or a folder. A Blob (such as a File of a page), bytes and `RandomAccess` are read
 * in any order: only what the image needs is read. A stream, and each archive that is compressed as a whole, is read
 * from its start to its end.
 */
export type ImageSource =
  | Blob
  | Uint8Array
  | ArrayBuffer
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | RandomAccess
  | ImageFolder;

/** A source whose kind is known, and which is decompressed. */
export type OpenedSource =
  | { readonly folder: ImageFolder }
  | { readonly archive: RandomAccess }
  | { readonly chunks: AsyncIterable<Uint8Array> };

/** The number of bytes that are read at once from an archive. */
const readBytes = 1024 * 1024;

const archiveName = 'The archive';

/**
 * Finds out the kind and the compression of a source.
 * @throws TypeError if the source is none of the types of `ImageSource`
 * @throws ImageTarError if the archive is empty, or if this platform cannot decompress it
 */
export async function openSource(source: ImageSource, signal: AbortSignal | undefined): Promise<OpenedSource> {
  if (typeof source === 'object' && source !== null) {
    // A stream of Node also has `read` and `find`, which mean something else.
    if ('getReader' in source) return openChunks(chunksOf(source, signal));
    if (Symbol.asyncIterator in source) return openChunks(untilAborted(source, signal));
    const archive = randomAccessTo(source);
    if (archive) return openArchive(archive, signal);
    if ('find' in source) return { folder: source as ImageFolder };
  }
  throw new TypeError(
    'The source of an image must be a Blob, bytes, a stream, an async iterable of Uint8Arrays, or an object with the ' +
      'members of RandomAccess or ImageFolder. In Node, await fromPath(path) of @coracle/registry/image-tar/node opens a file',
  );
}

function randomAccessTo(source: object): RandomAccess | undefined {
  if (ArrayBuffer.isView(source)) {
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
  }
  if (source instanceof ArrayBuffer) return randomAccessTo(new Uint8Array(source));
  if ('slice' in source && 'arrayBuffer' in source) {
    const blob = source as Blob;
    return {
      size: blob.size,
      read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
    };
  }
  return 'read' in source && 'size' in source ? (source as RandomAccess) : undefined;
}

async function openArchive(archive: RandomAccess, signal: AbortSignal | undefined): Promise<OpenedSource> {
  if (archive.size === 0) throw invalidArchive('The archive is empty: choose the file that docker or skopeo has saved');
  const head = await unlessAborted(archive.read(0, Math.min(archive.size, magicBytes)), signal);
  const compression = compressionOf(head);
  if (compression === undefined) return { archive };
  const whole = readRange(archive, { start: 0, end: archive.size }, signal);
  return { chunks: decompress(whole, compression, archiveName) };
}

async function openChunks(source: AsyncGenerator<Uint8Array>): Promise<OpenedSource> {
  const { head, chunks } = await peek(source, magicBytes);
  if (head.length === 0) throw invalidArchive('The archive is empty: check the program that makes the stream');
  const compression = compressionOf(head);
  if (compression === undefined) return { chunks };
  try {
    return { chunks: decompress(chunks, compression, archiveName) };
  } catch (error) {
    // Nobody reads the chunks, so nobody else closes the source.
    await source.return(undefined);
    throw error;
  }
}

/**
 * Reads a range of an archive, in chunks of at most 1 MiB.
 * @throws ImageTarError `INVALID_ARCHIVE` if the archive ends before the range
 */
export async function* readRange(
  archive: RandomAccess,
  { start, end }: { readonly start: number; readonly end: number },
  signal?: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    signal?.throwIfAborted();
    const bytes = await unlessAborted(archive.read(at, Math.min(end, at + readBytes)), signal);
    if (bytes.length === 0) throw invalidArchive(`The archive ended at byte ${at} while it was read: read it again`);
    at += bytes.length;
    yield bytes;
  }
}
