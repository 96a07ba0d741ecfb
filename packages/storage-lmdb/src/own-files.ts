import { accessSync, chmodSync, closeSync, constants, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { codeOf } from './problems.ts';

/** A file or folder that this storage creates, and that no other program uses. */
export interface Own {
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

const modes = { file: 0o600, folder: 0o700 } as const;

export const fileMode = modes.file;

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/**
 * The flags with which the storage opens files. On Windows, 0 replaces the flag O_NOFOLLOW, which Windows does not
 * have.
 */
export const flags = {
  create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
  rewrite: O_WRONLY | O_NOFOLLOW,
  read: O_RDONLY | O_NOFOLLOW,
} as const;

/**
 * Checks the type and the owner of the existing files and folders of this storage. It changes nothing. On Windows it
 * checks nothing, because files there do not have such owners and modes.
 * @throws Error if a path is a symbolic link, is a folder instead of a file or the reverse, or belongs to another user
 * while the current user is not root
 */
export function checkOwn(all: readonly Own[]): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  const others: string[] = [];
  for (const { path, kind } of all) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (!(kind === 'file' ? found.isFile() : found.isDirectory())) {
      const is = found.isSymbolicLink() ? 'a symbolic link' : `not a ${kind}`;
      throw new Error(
        `${path} is ${is}, but @coracle/storage-lmdb needs a real ${kind} there: ` +
          `put a ${kind} there, or choose another data folder.`,
      );
    }
    if (found.uid !== user && user !== 0) others.push(path);
  }
  // If the current user cannot write the file, the error of the system is clearer than the one below.
  for (const path of others) accessSync(path, constants.R_OK | constants.W_OK);
  if (others[0] !== undefined) {
    throw new Error(
      `${others[0]} belongs to another user, who could change the data there: ` +
        'start Coracle as that user, or choose another data folder.',
    );
  }
}

/**
 * Creates an empty file or a folder if it does not exist, and sets its mode regardless of the umask. Returns false if
 * the file system does not keep the mode.
 */
export function makeOwn(own: Own): boolean {
  const { path, kind } = own;
  try {
    if (kind === 'folder') mkdirSync(path, modes.folder);
    else closeSync(openSync(path, flags.create, modes.file));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    checkOwn([own]);
  }
  const isKept = setMode(own);
  accessSync(path, constants.R_OK | constants.W_OK | (kind === 'folder' ? constants.X_OK : 0));
  return isKept;
}

/**
 * The error codes with which a file system without modes, such as FAT, refuses to set the mode of a file. Some file
 * systems without modes report no error and ignore the mode.
 */
const refusals: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Sets the mode of a file or folder so that only its owner has rights to it. Returns false if the file system does not
 * keep the mode.
 */
export function setMode({ path, kind }: Own): boolean {
  if (process.getuid === undefined || (lstatSync(path).mode & 0o7777) === modes[kind]) return true;
  try {
    chmodSync(path, modes[kind]);
  } catch (error) {
    if (!refusals.has(codeOf(error))) throw error;
  }
  return isClosed(path);
}

/** Returns whether only the owner of a file or folder has rights to it. */
export const isClosed = (path: string): boolean => process.getuid === undefined || (lstatSync(path).mode & 0o077) === 0;

/**
 * Returns whether users other than the current one and root may write in a folder: the owner of the folder, its group,
 * or all users.
 */
export function isOpenToOthers(folder: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return false;
  const { mode, uid } = statSync(folder);
  return (mode & 0o022) !== 0 || (uid !== user && uid !== 0);
}
