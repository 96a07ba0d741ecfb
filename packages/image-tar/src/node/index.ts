import { createReadStream } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ImageTarError, invalidArchive, shown } from '../errors.ts';
import type { ImageFile, ImageFolder, RandomAccess } from '../source/source.ts';

/**
 * Returns a source for `importImage()`: an archive on the disk, or a folder with an OCI layout. The file is opened for
 * each read, so nothing needs to be closed.
 * @throws Error of Node, such as ENOENT, if the file does not exist
 * @throws ImageTarError `UNSUPPORTED_ARCHIVE` if the path is that of a device or a pipe
 */
export async function fromPath(path: string): Promise<RandomAccess | ImageFolder> {
  const found = await stat(path);
  if (found.isDirectory()) return folderAt(await realpath(path));
  if (found.isFile()) return fileAt(path, found);
  throw new ImageTarError(
    'UNSUPPORTED_ARCHIVE',
    `${shown(path)} is neither a file nor a folder, so its size is unknown. Write the archive into a file first, or give importImage() a stream`,
  );
}

function fileAt(path: string, { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): RandomAccess {
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const file = await open(path);
    try {
      const now = await file.stat();
      if (now.size !== size || now.mtimeMs !== mtimeMs) {
        throw new Error(`The file ${path} was changed while it was read: import it again`);
      }
      const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
  return { size, read };
}

function folderAt(root: string): ImageFolder {
  const find = async (path: string): Promise<ImageFile | undefined> => {
    const file = await realpath(join(root, path)).catch(orMissing);
    if (file === undefined) return undefined;
    if (!file.startsWith(root + sep)) {
      throw invalidArchive(
        `The file ${shown(path)} of the folder ${shown(root)} is a link, or is reached through one, that leads to ${shown(file)}, which is outside of the folder. Replace the link with a copy of the file if you trust the folder`,
      );
    }
    const { size } = await stat(file);
    return { path, size, read: () => createReadStream(file), readFrom: (start) => createReadStream(file, { start }) };
  };
  return { find };
}

function orMissing(error: unknown): undefined {
  const { code } = error as { readonly code?: string };
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}
