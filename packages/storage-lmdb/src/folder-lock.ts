import { open, type RootDatabase } from 'lmdb';
import type { Paths } from './paths.ts';
import { problem } from './problems.ts';

/** A lock that is held until it is released, or its process ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes a folder for this process.
 *
 * Node cannot lock a file, but LMDB does. While a database is open, each process that has it open holds a POSIX lock on
 * its lock file (on Windows a handle), and those that read it are listed there. So one small database, open.mdb, in
 * which nothing is ever written, is read from until the folder is closed. A process that finds another reader in it
 * does not open the folder.
 *
 * The lock is the system's own. It ends with its process, no matter how the process ends and which process gets its
 * number afterwards. It is seen from other threads of this process, and from other containers on the same volume. It
 * needs a disk of the machine itself: NFS keeps no such locks.
 * @throws Error if the folder is open already, in this process or another one
 */
export function lockFolder({ folder, open: path }: Paths): FolderLock {
  const database = openLock(folder, path);
  // Nobody else can act in between: the transaction is a write transaction, although it writes nothing.
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
  return {
    release: async () => {
      outcome.reading.done();
      await database.close();
    },
  };
}

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
