import { isDigest, joinBytes } from '@coracle/core';
import { ImageTarError, shown } from '../errors.ts';
import { type ArchiveFile, tooLarge } from '../formats/files.ts';
import { limits } from '../limits.ts';
import { peek } from '../source/chunks.ts';
import { FileTable } from '../tar/file-table.ts';
import { type ReadEntry, readForward } from '../tar/forward.ts';
import type { Target } from './target.ts';

/** The files that say which images an archive has. Both formats may write them last. */
const documents: readonly string[] = ['index.json', 'manifest.json'];

/** The names that docker, skopeo and go-containerregistry give to the layers of docker-archive. */
const layerName = /\.(?:tar|tgz|tar\.gz)$|^(?:sha256:)?[a-f0-9]{64}(?:\.[a-z]+)?$/;

/**
 * The minimum size in bytes of a tar archive. A smaller file can be an empty or a compressed layer, or no layer at all,
 * so it is kept in memory until the list of the archive says which.
 */
const smallestTar = 512;

/**
 * Reads an archive from its start to its end. Puts each blob into the repository as soon as it is read, because the
 * index of the archive may come last. Returns the files of the archive: small files with their content, and the other
 * ones with their digests.
 * @throws ImageTarError if the archive is invalid, or if a blob does not have the digest in its name
 */
export async function storeStream(
  chunks: AsyncIterable<Uint8Array>,
  target: Target,
  signal: AbortSignal | undefined,
): Promise<FileTable<ArchiveFile>> {
  const table = new FileTable<ArchiveFile>();
  const kept = { bytes: 0 };
  for await (const entry of readForward(chunks, signal)) {
    if (entry.target !== undefined) table.link(entry.path, entry.target);
    else table.add(entry.path, await readFile(entry, target, kept));
  }
  return table;
}

async function readFile(entry: ReadEntry, target: Target, kept: { bytes: number }): Promise<ArchiveFile> {
  const { path, size } = entry;
  const isDocument = documents.includes(path);
  if (isDocument && size > limits.documentBytes) throw tooLarge(entry);
  const digest = digestIn(path);
  if (!isDocument && digest === undefined && !/\.json$/.test(path) && !layerName.test(path)) return skipped(entry);
  const { head, chunks } = await peek(entry.content, 1);
  if (isDocument || (size <= limits.documentBytes && isJsonStart(head[0]))) return keep(entry, chunks, kept);
  const content = { path, size, read: () => chunks };
  if (digest !== undefined) return { ...content, stored: await target.putBlob(entry, digest, chunks) };
  return size < smallestTar ? keep(entry, chunks, kept) : { ...content, stored: await target.putLayer(entry, chunks) };
}

/** Returns a file whose content was not kept, because its name and its content are not those of a part of an image. */
function skipped({ path, size }: ReadEntry): ArchiveFile {
  const read = () => {
    throw new ImageTarError(
      'UNSUPPORTED_ARCHIVE',
      `The file ${shown(path)} of the archive was not expected to be a part of the image, and a stream cannot be read again: import the archive from a Blob, from bytes or from a file instead`,
    );
  };
  return { path, size, read };
}

/** Returns whether JSON of an object or of an array starts with this byte. A small layer that does is kept as well. */
const isJsonStart = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b;

/** Returns the digest that the name of a file in an OCI layout contains. */
function digestIn(path: string): string | undefined {
  const [, algorithm, hex] = /^blobs\/([a-z0-9]+)\/([a-f0-9]+)$/.exec(path) ?? [];
  const digest = `${algorithm}:${hex}`;
  return isDigest(digest) ? digest : undefined;
}

/** Keeps a small file in memory, because it may be a manifest or a small layer. */
async function keep(
  { path, size }: ReadEntry,
  chunks: AsyncIterable<Uint8Array>,
  kept: { bytes: number },
): Promise<ArchiveFile> {
  kept.bytes += size;
  if (kept.bytes > limits.keptBytes) {
    throw new ImageTarError(
      'LIMIT_EXCEEDED',
      `The archive has more than ${limits.keptBytes} bytes of small files: import it from a Blob, from bytes or from a file instead of a stream`,
    );
  }
  const parts: Uint8Array[] = [];
  for await (const bytes of chunks) parts.push(bytes);
  // A copy, because a chunk may be a small part of a large one, which would stay in memory with it.
  const bytes = new Uint8Array(joinBytes(parts));
  return {
    path,
    size,
    read: async function* () {
      yield bytes;
    },
  };
}
