import { createReadStream } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ImageFile, ImageFolder, RandomAccess } from '../source/source.ts';

/**
 * Returns a source for `importImage()`: an archive on the disk, or a folder with an OCI layout. The file is opened for
 * each read, so nothing needs to be closed.
 * @throws Error of Node, such as ENOENT, if the file does not exist
 */
export async function fromPath(path: string): Promise<RandomAccess | ImageFolder> {
  const found = await stat(path);
  return found.isDirectory() ? folderAt(await realpath(path)) : fileAt(path, found);
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
      throw new Error(`The link ${join(root, path)} leads out of the folder ${root}. Do not trust this folder`);
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
