import { resolve } from 'node:path';
import type { Storage } from '@coracle/core';
import { FileBytes } from './file-bytes.ts';
import { clearIncoming, pathsIn, prepareFolder, syncFolder } from './folder.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { LmdbRecords } from './lmdb-records.ts';
import { told } from './problems.ts';

/**
 * A storage in a folder, for Node: records in LMDB, pieces as files. What was acknowledged is on the disk, and there
 * after `kill -9` and after a power failure, as far as the disk tells the truth. Commits are atomic and reads fresh.
 *
 * The folder is made where there is none. It is for one storage at a time until `close()`: another one is refused,
 * be it in this process or in another that lives; a process that was killed is no obstacle. It has to be on a disk of
 * the machine itself: LMDB maps files into memory, which network file systems do not keep in step.
 *
 * @param folder relative to the working directory, or absolute
 * @throws Error where the folder is in use, is a file, cannot be written, is full, is damaged or was written by a newer
 * version, in a sentence that says which and what to do. Later calls reject with such an Error where the disk is full;
 * they have written nothing then, and reads go on.
 */
export function lmdbStorage(folder: string): Required<Storage> {
  const paths = pathsIn(resolve(folder));
  prepareFolder(paths);
  const lock = lockFolder(paths);
  let records: LmdbRecords | undefined;
  let bytes: FileBytes;
  try {
    clearIncoming(paths);
    records = new LmdbRecords(paths);
    bytes = new FileBytes(paths);
    // The names of the files that LMDB has made.
    syncFolder(paths.folder);
  } catch (error) {
    void records?.close();
    void lock.release();
    throw told(paths.folder, error);
  }
  return storageOf(records, bytes, lock);
}

function storageOf(records: LmdbRecords, bytes: FileBytes, lock: FolderLock): Required<Storage> {
  const release = async (): Promise<void> => {
    await Promise.all([records.close(), bytes.close()]);
    await lock.release();
  };
  let closed: Promise<void> | undefined;
  return {
    records,
    bytes,
    close: () => {
      closed ??= release();
      return closed;
    },
  };
}
