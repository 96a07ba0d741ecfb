import { constants } from 'node:os';
import { noRoom } from '@coracle/core/storage-kit';

/** The system's errors by their numbers, which is how LMDB gives them, and two others: what is full has one name. */
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

/** A limit on the size of files is among them. */
const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Says what went wrong in a folder, in a sentence that names it and says what to do. The cause stays with it. If there
 * is no room left, it has the name that browsers give to such an error, by which it is known without its sentence.
 */
export function problem(folder: string, cause: unknown): Error {
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const text = sentence(folder, code, message);
  return full.has(code) ? noRoom(text, cause) : new Error(text, { cause });
}

/** The same for what the system says, which names no folder and not what to do. What is a sentence already, stays. */
export const told = (folder: string, cause: unknown): unknown =>
  codeOf(cause) === undefined ? cause : problem(folder, cause);

function sentence(folder: string, code: unknown, message: string): string {
  if (full.has(code)) {
    return `There is no room left in ${folder}, and nothing was written: free some space there. (${message})`;
  }
  switch (code) {
    case 'EEXIST':
      return `Something in ${folder} is in the way that @coracle/storage-lmdb has not put there: remove it. (${message})`;
    case 'ENAMETOOLONG':
      return `${shortened(folder)} is too long a path, or a name in it is too long: choose a shorter one.`;
    case 'ELOOP':
      return `A symbolic link is in the way, or leads in a circle: choose another folder than ${folder}. (${message})`;
    case 'ENOTDIR':
      return `${folder} is a file, or would be below one: name a folder, which is made where there is none.`;
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
