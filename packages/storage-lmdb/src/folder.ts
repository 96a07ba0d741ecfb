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
 * Creates missing files and folders durably, and checks whether LMDB can open the others. If LMDB cannot open a file,
 * it does not fail: it ends the process (by a segmentation fault, or a bus error on a disk that is full). A folder that
 * is refused stays as it is.
 *
 * Returns warnings about what other users may do in the folder. The user should know them, and the storage still opens.
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
 * Closes the pieces of an earlier version to other users, because it left their modes to the umask. Such pieces are
 * recognized by the mode of their folder, which is changed afterwards.
 */
function closePieces({ pieces }: Paths): void {
  if (lstatSync(pieces, { throwIfNoEntry: false }) === undefined || isClosed(pieces)) return;
  for (const name of filesIn(pieces).filter(isPieceName)) setMode({ path: join(pieces, name), kind: 'file' });
}

/**
 * Gives the size of a file; 0 if it does not exist, or if a process was killed before it had written the first page.
 */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The bytes that mark LMDB's data file. They are in the first page, behind the header of the page. */
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

/** A size above the initial size of LMDB's files. */
const someBytes = 256 * 1024;

/**
 * Checks that the records can grow by some bytes.
 * @throws Error if they cannot, because the disk is full or this process may not use the rest
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
 * Removes files that a killed process had not written completely, and nothing that has another name. Only the process
 * that has the folder open may call it.
 */
export function clearIncoming({ incoming }: Paths): void {
  const ours = filesIn(incoming).filter((name) => isPieceName(name) || isRoomName(name));
  // The removal is forced, because a process that is about to be refused may remove its own file meanwhile.
  for (const name of ours) rmSync(join(incoming, name), { force: true });
}

/** Lists the names of the files in a folder, without symbolic links, folders and other entries. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
