import type { LmdbStorage } from '@coracle/storage-lmdb';

/**
 * Opens the folder in which a server keeps everything. If other users may write in it, `warn` is called.
 *
 * The package for this and its binaries are loaded only here, and need not be installed otherwise.
 * @throws Error if the package is not installed, or if the folder is refused; it says what to do
 */
export async function openData(folder: string, warn: (sentence: string) => void): Promise<LmdbStorage> {
  const { lmdbStorage } = await import('@coracle/storage-lmdb').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Data in a folder needs @coracle/storage-lmdb, which cannot be loaded: install it. (${why})`, {
      cause,
    });
  });
  return lmdbStorage(folder, { warn });
}
