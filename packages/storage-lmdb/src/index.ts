import type { Storage } from '@coracle/registry/core';
import { FileBytes } from './file-bytes.ts';
import { clearIncoming, prepareFolder } from './folder.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { LmdbRecords } from './lmdb-records.ts';
import { folderPath } from './make-folder.ts';
import { pathsIn } from './paths.ts';
import { told } from './problems.ts';

/** A storage with a method `close()`, which must be called at the end so that another process can open the folder. */
export type LmdbStorage = Storage & Required<Pick<Storage, 'close'>>;

/** The options of `lmdbStorage()`. */
export interface LmdbOptions {
  /**
   * Is called with a warning if other users may write in the folder or read its files. The storage opens nevertheless.
   * The default is `process.emitWarning`.
   */
  readonly warn?: (sentence: string) => void;
}

/**
 * Opens a storage in a folder, for Node: records in LMDB, and content as files. The folder is created if it does not
 * exist, and refused if it contains any other files. Commits are atomic, and every read sees all commits before it.
 *
 * Acknowledged data is on the disk. Such data survives `kill -9`. It also survives a power failure if the disk does not
 * report a write before the data is really written.
 *
 * Only one storage at a time can have the folder open, until its `close()`. If this process or another running process
 * has the folder open, the call throws. A process that was killed does not block the folder. The folder must be on a
 * local disk: LMDB maps files into memory, and network file systems do not keep such memory in sync. Only the current
 * user can read the files of the storage (files have the mode 0600, folders 0700).
 * @param folder the path of the folder, absolute or relative to the working directory
 * @throws Error if the folder is in use, is a file, contains other files, belongs to another user, cannot be written,
 * is on a full disk, is damaged or was written by a newer version. The message says which of these reasons applies, and
 * what to do. If the disk becomes full later, calls that write reject with an Error whose `name` is
 * `QuotaExceededError`. A call that rejects with this error has written nothing, and reads still work.
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
