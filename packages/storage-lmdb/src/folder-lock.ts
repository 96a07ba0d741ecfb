import { open, type RootDatabase } from 'lmdb';
import type { Paths } from './paths.ts';
import { problem } from './problems.ts';

/** A lock on the folder of a storage. The lock ends when it is released or when the process that holds it ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Locks the folder of a storage for this process.
 *
 * Node cannot lock a file, but LMDB can. Each process that has an LMDB database open holds a POSIX lock (on Windows a
 * handle) on the lock file of the database. The lock file lists the processes that read the database. Therefore the
 * folder has a small database, open.mdb, which stays empty. The process keeps a read transaction on open.mdb until it
 * closes the folder. If another process already reads open.mdb, the folder is in use.
 *
 * The operating system owns the lock. The lock ends with its process, no matter how the process ends and which process
 * gets its process ID afterwards. The lock also works between threads of one process, and between containers on the
 * same volume. The folder must be on a local disk, because NFS does not support such locks.
 * @throws Error if this process or another process has already opened the folder
 */
export function lockFolder({ folder, open: path }: Paths): FolderLock {
  const database = openLock(folder, path);
  // Only one process at a time can have a write transaction, so the check and the lock are one step.
  const outcome = database.transactionSync<Held | Refused>(() => {
    database.readerCheck();
    const reader = /^\s*(\d+)\s/m.exec(database.readerList());
    return reader ? { pid: Number(reader[1]) } : { reading: database.useReadTransaction() };
  });
  if ('pid' in outcome) {
    void database.close();
    throw new Error(
      outcome.pid === process.pid
        ? `${folder} is open already, in this process or another container: close it there, or choose another folder.`
        : `${folder} is in use by process ${outcome.pid}: stop that one, or choose another folder.`,
    );
  }
  heldLocks.add(outcome);
  return {
    release: async () => {
      heldLocks.delete(outcome);
      outcome.reading.done();
      await database.close();
    },
  };
}

/**
 * The locks of this process. A read transaction ends when it is garbage-collected, so this set keeps it reachable, even
 * if the program keeps only a part of the storage.
 */
const heldLocks = new Set<Held>();

interface Held {
  readonly reading: ReturnType<RootDatabase['useReadTransaction']>;
}

interface Refused {
  readonly pid: number;
}

function openLock(folder: string, path: string) {
  try {
    return open(path, { noSubdir: true, overlappingSync: false, noSync: true });
  } catch (error) {
    throw problem(folder, error);
  }
}
