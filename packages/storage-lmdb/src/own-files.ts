import { accessSync, chmodSync, closeSync, constants, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { codeOf } from './problems.ts';

/** A file or folder that this storage creates, and that nobody else uses. */
export interface Own {
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

const modes = { file: 0o600, folder: 0o700 } as const;

export const fileMode = modes.file;

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** The flags with which files are opened. Windows has no O_NOFOLLOW: it counts as 0 there. */
export const flags = {
  create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
  rewrite: O_WRONLY | O_NOFOLLOW,
  read: O_RDONLY | O_NOFOLLOW,
} as const;

/**
 * Checks the existing files and folders of this storage, and changes nothing. On Windows, which has neither these
 * owners nor these modes, nothing is checked.
 * @throws Error if one is a symbolic link or of the wrong kind, or if it belongs to another user and this one is not
 * root
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
          `choose another folder, or replace it by a ${kind}.`,
      );
    }
    if (found.uid !== user && user !== 0) others.push(path);
  }
  // If this user may not even write there, that error is clearer.
  for (const path of others) accessSync(path, constants.R_OK | constants.W_OK);
  if (others[0] !== undefined) {
    throw new Error(
      `${others[0]} belongs to another user, who could change the data there: ` +
        'start as that user, or choose another folder.',
    );
  }
}

/**
 * Creates an empty file, or a folder, if it is missing, and sets its mode regardless of the umask. Returns false if the
 * file system does not keep that mode.
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

/** The errors of a file system without modes, such as FAT. It refuses to set them, or ignores them. */
const refusals: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Sets the mode of a file or folder. Returns false if other users still have a right to it. */
export function setMode({ path, kind }: Own): boolean {
  if (process.getuid === undefined || (lstatSync(path).mode & 0o7777) === modes[kind]) return true;
  try {
    chmodSync(path, modes[kind]);
  } catch (error) {
    if (!refusals.has(codeOf(error))) throw error;
  }
  return isClosed(path);
}

/** Says whether a file or folder is closed to all users except its owner. */
export const isClosed = (path: string): boolean => process.getuid === undefined || (lstatSync(path).mode & 0o077) === 0;

/** Says whether users other than this one and root may write in a folder: as its owner, in its group or as anybody. */
export function isOpenToOthers(folder: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return false;
  const { mode, uid } = statSync(folder);
  return (mode & 0o022) !== 0 || (uid !== user && uid !== 0);
}
