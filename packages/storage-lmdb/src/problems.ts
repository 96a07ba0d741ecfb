import { constants } from 'node:os';

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

/** What went wrong in a folder, as a sentence that names it and says what to do. The cause stays with it. */
export function problem(folder: string, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Error(sentence(folder, codeOf(cause), message), { cause });
}

/** The same for what the system says, which names no folder and not what to do. What is a sentence already, stays. */
export const told = (folder: string, cause: unknown): unknown =>
  codeOf(cause) === undefined ? cause : problem(folder, cause);

function sentence(folder: string, code: unknown, message: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return `There is no room left in ${folder}, and nothing was written: free some space there. (${message})`;
    case 'EEXIST':
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

export const closedError = (folder: string): Error =>
  new Error(`The storage in ${folder} is closed: open the folder again.`);
