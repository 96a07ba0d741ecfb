import { constants } from 'node:os';
import { noRoom } from '@coracle/registry/core/storage-kit';

/**
 * The system's errors by their numbers, which is how LMDB reports them, and two further numbers. All errors of a full
 * disk get the same name.
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

/** The errors of a full disk. A limit on the size of files counts as one. */
const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Makes an error that says what went wrong in a folder, in a sentence that names it and says what to do. The cause is
 * attached. If the disk is full, the error has the name that browsers give to such an error, so that it is recognized
 * without its sentence.
 */
export function problem(folder: string, cause: unknown): Error {
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const text = sentence(folder, code, message);
  return full.has(code) ? noRoom(text, cause) : new Error(text, { cause });
}

/**
 * Makes the same of an error of the system, which neither names the folder nor says what to do. Any other error stays
 * as it is, because it already has such a sentence.
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
