import type { Storage } from '@coracle/core';

/**
 * Opens the folder in which a server keeps everything. What that takes, binaries among it, is loaded only here, and
 * need not be installed for anything else.
 * @throws Error where it is not installed, or the folder cannot be had, saying what to do
 */
export async function openData(folder: string): Promise<Required<Storage>> {
  const { lmdbStorage } = await import('@coracle/storage-lmdb').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Data in a folder needs @coracle/storage-lmdb, which cannot be loaded: install it. (${why})`, {
      cause,
    });
  });
  return lmdbStorage(folder);
}
