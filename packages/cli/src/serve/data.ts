import type { LmdbStorage } from '@coracle/storage-lmdb';

/**
 * Opens the folder in which a server keeps its data. Calls `warn` if other users may write in the folder.
 *
 * LMDB's binary is loaded only by this function, so that a registry in memory runs on every platform.
 * @throws Error if LMDB cannot be loaded or the folder cannot be used; the message says what to do
 */
export async function openData(folder: string, warn: (sentence: string) => void): Promise<LmdbStorage> {
  const { lmdbStorage } = await import('@coracle/storage-lmdb').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The data folder '${folder}' cannot be opened, because the LMDB module cannot be loaded: install @coracle/cli again on this platform. (${why})`,
      { cause },
    );
  });
  return lmdbStorage(folder, { warn });
}
