import { exceededBound, joinBytes } from '@coracle/core';
import { ImageTarError, invalidArchive, mismatch, shown } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ImageFile } from '../source/source.ts';

/** A blob that is in the repository already, because a stream was read forward. */
export interface StoredBlob {
  readonly digest: string;
  /** The size of the blob in bytes. */
  readonly size: number;
  /** The digest of the content after decompression, which is the `diff_id` of a layer. */
  readonly diffId: string;
  readonly isGzip: boolean;
}

/** A file of an archive. `stored` says that its content is in the repository; the content cannot be read again. */
export type ArchiveFile = ImageFile & { readonly stored?: StoredBlob };

/** The files of an archive by path. `find` also follows links. */
export interface ArchiveFiles {
  find(path: string): ArchiveFile | undefined | Promise<ArchiveFile | undefined>;
}

/**
 * Reads a small file whole: an index, a manifest or a config.
 * @throws ImageTarError `LIMIT_EXCEEDED` if it is larger than 4 MiB; `DIGEST_MISMATCH` if it does not have its stated
 * size
 */
export async function bytesOf(file: ArchiveFile): Promise<Uint8Array> {
  if (file.stored || file.size > limits.documentBytes) throw tooLarge(file);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of file.read()) {
    size += bytes.length;
    if (size > file.size) break;
    parts.push(bytes);
  }
  if (size !== file.size) throw mismatch(file.path, `${file.size} bytes`, size > file.size ? 'more' : `${size} bytes`);
  return joinBytes(parts);
}

/** Creates the error of a document that is too large to be read whole. */
export const tooLarge = ({ path, size }: Pick<ArchiveFile, 'path' | 'size'>): ImageTarError =>
  new ImageTarError(
    'LIMIT_EXCEEDED',
    `The file ${shown(path)} of the archive has ${size} bytes, but an index, a manifest or a config may have at most ${limits.documentBytes}: choose another archive`,
  );

/**
 * Parses a file as JSON.
 * @throws ImageTarError `INVALID_ARCHIVE` if the file is not JSON; `LIMIT_EXCEEDED` if it is too large or nested too
 * deeply
 */
export async function jsonOf(file: ArchiveFile): Promise<unknown> {
  return parseJson(await bytesOf(file), file.path);
}

/** Parses bytes as JSON. `path` is the file in error texts. */
export function parseJson(bytes: Uint8Array, path: string): unknown {
  if (exceededBound(bytes, limits.json)) {
    throw new ImageTarError(
      'LIMIT_EXCEEDED',
      `The file ${shown(path)} of the archive has more than ${limits.json.values} JSON values, or more than ${limits.json.depth} levels: choose another archive`,
    );
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalidArchive(`The file ${shown(path)} of the archive is not JSON: save the image again`, error);
  }
}

/** Returns whether a value is an object that is neither null nor an array. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
