import { constants } from 'node:os';
import { noRoom } from '@coracle/registry/core/storage-kit';

/**
 * The name of each error, by the number with which LMDB reports it: all errors of the operating system, and two errors
 * that mean a full disk. These two errors get the name ENOSPC too.
 */
const names: ReadonlyMap<unknown, string> = new Map([
  ...Object.entries(constants.errno).map(([name, number]) => [number, name] as const),
  // LMDB's MDB_MAP_FULL, and ERROR_DISK_FULL of Windows.
  [-30_792, 'ENOSPC'],
  [112, 'ENOSPC'],
]);

export const codeOf = (cause: unknown): unknown => {
  const { code } = cause as { readonly code?: unknown };
  return names.get(code) ?? code;
};

/** The error codes that mean a full disk. A limit on the size of a file counts as a full disk too. */
const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Makes an error with a sentence that says what failed in which folder, and what to do. The `cause` of the error is the
 * original error. If the disk is full, the `name` of the error is `QuotaExceededError`, as in browsers, so that code
 * can recognize the error without its message.
 */
export function problem(folder: string, cause: unknown): Error {
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const text = sentence(folder, code, message);
  return full.has(code) ? noRoom(text, cause) : new Error(text, { cause });
}

/**
 * Replaces an error of the operating system by an error that says which folder failed and what to do. Returns any other
 * error unchanged, because the message of such an error already says both.
 */
export const told = (folder: string, cause: unknown): unknown =>
  codeOf(cause) === undefined ? cause : problem(folder, cause);

function sentence(folder: string, code: unknown, message: string): string {
  if (full.has(code)) {
    return `There is no room left in ${folder}, and nothing was written: free some space there. (${message})`;
  }
  switch (code) {
    case 'EEXIST':
      return `A file in ${folder} that @coracle/storage-lmdb did not create is in the way: remove that file. (${message})`;
    case 'ENAMETOOLONG':
      return `${shortened(folder)} is too long a path, or a name in it is too long: choose a shorter one.`;
    case 'ELOOP':
      return `A symbolic link is in the way, or leads in a circle: choose another folder than ${folder}. (${message})`;
    case 'ENOTDIR':
      return `${folder} is a file, or is below a file: choose a folder. The folder is created if it does not exist.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `This user may not write in ${folder}: make it writable, or choose another folder. (${message})`;
    default:
      return `${folder} cannot be used: ${message}`;
  }
}

const shortened = (path: string): string => (path.length > 80 ? `${path.slice(0, 80)}…` : path);

export const closedError = (folder: string): Error =>
  new Error(`The storage in ${folder} is closed: open the folder again.`);
