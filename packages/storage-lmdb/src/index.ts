import type { Storage } from '@coracle/core';
import { FileBytes } from './file-bytes.ts';
import { clearIncoming, prepareFolder } from './folder.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { LmdbRecords } from './lmdb-records.ts';
import { folderPath } from './make-folder.ts';
import { pathsIn } from './paths.ts';
import { told } from './problems.ts';

/** A storage that has to be closed. */
export type LmdbStorage = Storage & Required<Pick<Storage, 'close'>>;

/** How a folder is opened. */
export interface LmdbOptions {
  /**
   * Is told in a sentence if other users may write in the folder, or read what is kept there. The storage opens all the
   * same. The default is `process.emitWarning`.
   */
  readonly warn?: (sentence: string) => void;
}

/**
 * Opens a storage in a folder, for Node: records in LMDB, pieces as files. What was acknowledged is on the disk, and
 * there after `kill -9` and after a power failure, as far as the disk tells the truth. Commits are atomic and reads
 * fresh.
 *
 * The folder is made if it does not exist; one that holds anything else is refused. It is for one storage at a time
 * until `close()`: another one is refused, be it in this process or in another that lives; a process that was killed is
 * no obstacle. It has to be on a disk of the machine itself: LMDB maps files into memory, which network file systems do
 * not keep in step. What is in it is for this user alone (files have the mode 0600, folders 0700).
 *
 * @param folder relative to the working directory, or absolute
 * @throws Error if the folder is in use, is a file, holds other things, belongs to another user, cannot be written, is
 * full, is damaged or was written by a newer version, in a sentence that says which and what to do. Later calls reject
 * with such an Error if the disk is full, and its `name` is then `QuotaExceededError`; they have written nothing, and
 * reads go on.
 */
export function lmdbStorage(folder: string, { warn = emitWarning }: LmdbOptions = {}): LmdbStorage {
  const paths = pathsIn(folderPath(folder));
  const warnings = prepareFolder(paths);
  const lock = lockFolder(paths);
  let records: LmdbRecords | undefined;
  let bytes: FileBytes;
  try {
    for (const sentence of warnings) warn(sentence);
    clearIncoming(paths);
    records = new LmdbRecords(paths);
    bytes = new FileBytes(paths);
  } catch (error) {
    void records?.close();
    void lock.release();
    throw told(paths.folder, error);
  }
  return storageOf(records, bytes, lock);
}

const emitWarning = (sentence: string): void => process.emitWarning(sentence);

function storageOf(records: LmdbRecords, bytes: FileBytes, lock: FolderLock): LmdbStorage {
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
