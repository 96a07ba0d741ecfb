import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder, writeAll } from './files.ts';
import { isNewFolder, writeFormat } from './format.ts';
import { makeFolder } from './make-folder.ts';
import { checkOwn, fileMode, flags, isClosed, isOpenToOthers, makeOwn, type Own, setMode } from './own-files.ts';
import type { Paths } from './paths.ts';
import { isPieceName } from './piece-names.ts';
import { told } from './problems.ts';

/**
 * Prepares the folder of a storage: checks the existing files, and creates the missing files and folders durably. If
 * the folder is refused, it stays unchanged.
 *
 * The database files are checked because LMDB does not report an invalid file: LMDB crashes the process (by a
 * segmentation fault, or by a bus error if the disk is full).
 * @returns warnings for the user if other users may read or write the data; the storage opens nevertheless
 * @throws Error if the folder cannot be used; the message says what to do
 */
export function prepareFolder(paths: Paths): string[] {
  const { folder, format, open, records, pieces, incoming } = paths;
  const databases = [open, `${open}-lock`, records, `${records}-lock`].map((path) => ({ path, kind: 'file' }) as const);
  const own: readonly Own[] = [
    { path: format, kind: 'file' },
    { path: pieces, kind: 'folder' },
    { path: incoming, kind: 'folder' },
    ...databases,
  ];
  try {
    const made = makeFolder(folder);
    const isNew = isNewFolder(paths);
    accessSync(folder, constants.W_OK | constants.X_OK);
    checkOwn(own);
    for (const path of [open, records]) checkDatabase(path);

    const keepsModes = makeOwn({ path: format, kind: 'file' });
    if (isNew) writeFormat(paths);
    else if (keepsModes) closePieces(paths);
    for (const path of [pieces, incoming]) makeOwn({ path, kind: 'folder' });
    if (databases.some(({ path }) => sizeOf(path) === 0)) makeSureOfRoom(paths);
    // They are created before LMDB would create them, because LMDB leaves their modes to the umask.
    for (const one of databases) makeOwn(one);
    for (const path of [folder, ...made.map((path) => dirname(path))]) syncFolder(path);
    return warnings(folder, keepsModes);
  } catch (error) {
    throw told(folder, error);
  }
}

function warnings(folder: string, keepsModes: boolean): string[] {
  return [
    ...(isOpenToOthers(folder)
      ? [
          `Other users may write in ${folder}, and can replace the data there: ` +
            'make it your own (chown, chmod go-w), or choose another folder.',
        ]
      : []),
    ...(keepsModes
      ? []
      : [
          `Other users may read the data in ${folder}, because its file system does not keep the mode of a file: ` +
            'choose a folder on another file system.',
        ]),
  ];
}

/**
 * Removes the rights of other users from piece files that an earlier version of this package wrote. That version left
 * the modes of files to the umask. Such files exist only if other users have rights to the folder pieces/. The mode of
 * that folder is changed after the modes of the files.
 */
function closePieces({ pieces }: Paths): void {
  if (lstatSync(pieces, { throwIfNoEntry: false }) === undefined || isClosed(pieces)) return;
  for (const name of filesIn(pieces).filter(isPieceName)) setMode({ path: join(pieces, name), kind: 'file' });
}

/**
 * Returns the size of a file in bytes. Returns 0 if the file does not exist, or if a process was killed before it wrote
 * the first page.
 */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/**
 * The bytes that identify a data file of LMDB, and their offset in the file. The bytes are in the first page of the
 * file, after the header of the page.
 */
const magic = { at: 24, bytes: Buffer.from([0xde, 0xc0, 0xef, 0xbe]) };

function checkDatabase(path: string): void {
  if (sizeOf(path) === 0) return;
  const found = Buffer.alloc(magic.bytes.length);
  const file = openSync(path, flags.read);
  try {
    readSync(file, found, { position: magic.at });
  } finally {
    closeSync(file);
  }
  if (!found.equals(magic.bytes)) {
    throw new Error(
      `${path} is damaged: it is not an LMDB file. Restore the folder from a backup, or choose another folder.`,
    );
  }
}

/** The number of free bytes that the disk must have. It is more than the initial size of LMDB's files. */
const someBytes = 256 * 1024;

/**
 * Checks that 256 KiB can be added to the file of the records, by writing a temporary file of that size.
 * @throws Error if the disk is full, or if this process may not use the free space of the disk
 */
export function makeSureOfRoom({ incoming, records }: Paths): void {
  // The name does not use the number of this process, because another process in a container has the same number.
  const path = join(incoming, `.room.${crypto.randomUUID()}`);
  const file = openSync(path, flags.create, fileMode);
  try {
    writeAll(file, new Uint8Array(someBytes), sizeOf(records));
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

const isRoomName = (name: string): boolean => /^\.room\.[0-9a-f-]+$/.test(name);

/**
 * Removes the incomplete files that a killed process has left in incoming/. Files with names that this storage does not
 * use stay. Only the process that has opened the folder may call this function.
 */
export function clearIncoming({ incoming }: Paths): void {
  const ours = filesIn(incoming).filter((name) => isPieceName(name) || isRoomName(name));
  // The removal is forced, because a process that is about to be refused may remove its own file meanwhile.
  for (const name of ours) rmSync(join(incoming, name), { force: true });
}

/** Returns the names of the files in a folder, without symbolic links, folders and other entries. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
