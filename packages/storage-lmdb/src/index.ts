import type { Storage } from '@coracle/registry/core';
import { FileBytes } from './file-bytes.ts';
import { clearIncoming, prepareFolder } from './folder.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { LmdbRecords } from './lmdb-records.ts';
import { folderPath } from './make-folder.ts';
import { pathsIn } from './paths.ts';
import { told } from './problems.ts';

/** A storage that has to be closed. */
export type LmdbStorage = Storage & Required<Pick<Storage, 'close'>>;

/** The options of opening a folder. */
export interface LmdbOptions {
  /**
   * Is called with a sentence if other users may write in the folder, or read its files. The storage still opens. The
   * default is `process.emitWarning`.
   */
  readonly warn?: (sentence: string) => void;
}

/**
 * Opens a storage in a folder, for Node: records in LMDB, pieces as files. Acknowledged data is on the disk. It is
 * still there after `kill -9`, and after a power failure if the disk flushes as it says. Commits are atomic and reads
 * are fresh.
 *
 * The folder is created if it does not exist, and refused if it holds anything else. It belongs to one storage at a
 * time until `close()`. Another storage is refused, in this process or in another one that is alive. A process that was
 * killed does not block it. It must be on a disk of the machine itself: LMDB maps files into memory, which network file
 * systems do not keep in sync. Only this user can read its files (files have the mode 0600, folders 0700).
 * @param folder the folder, relative to the working directory or absolute
 * @throws Error if the folder is in use, is a file, holds other things, belongs to another user, cannot be written, is
 * full, is damaged or was written by a newer version, in a sentence that says which and what to do. If the disk is
 * full, later calls reject with such an Error, and its `name` is then `QuotaExceededError`. They have written nothing,
 * and reads still work.
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
