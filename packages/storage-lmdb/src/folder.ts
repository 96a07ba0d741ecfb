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
 * Makes what is missing, durably, and checks whether LMDB can open the rest: if it cannot, it does not fail, it ends
 * the process (by a segmentation fault, or a bus error on a disk that is full). A folder that is refused stays as it is.
 *
 * Returns sentences about what others may do in the folder, which is for the user to know and hinders nothing.
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
    // Before LMDB would make them, which leaves their modes to the umask.
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
          `Other users may write in ${folder}, and can replace what is kept there: ` +
            'make it your own (chown, chmod go-w), or choose another folder.',
        ]
      : []),
    ...(keepsModes
      ? []
      : [
          `Other users may read what is kept in ${folder}, because its file system does not keep the mode of a file: ` +
            'choose a folder on another one.',
        ]),
  ];
}

/**
 * Closes the pieces of an earlier version, which left their modes to the umask. The mode of their folder, by which they
 * are known, is changed afterwards.
 */
function closePieces({ pieces }: Paths): void {
  if (lstatSync(pieces, { throwIfNoEntry: false }) === undefined || isClosed(pieces)) return;
  for (const name of filesIn(pieces).filter(isPieceName)) setMode({ path: join(pieces, name), kind: 'file' });
}

/** The size of a file; 0 if it does not exist, or if a process was killed before it had written the first page. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** In the first page of LMDB's data file, behind the header of the page. */
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
    throw new Error(`${path} is damaged: it is no LMDB file. Restore the folder, or choose another one.`);
  }
}

/** More than LMDB's files begin with. */
const someBytes = 256 * 1024;

/** @throws Error if the records could not grow by some bytes more: there is no room, or this process may not use it */
export function makeSureOfRoom({ incoming, records }: Paths): void {
  // Not by the number of this process: in a container that of another one is the same.
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
 * Removes what a killed process had not written to its end, and nothing that has another name. Only the process that
 * has the folder open may call it.
 */
export function clearIncoming({ incoming }: Paths): void {
  const ours = filesIn(incoming).filter((name) => isPieceName(name) || isRoomName(name));
  // By force: a process that is about to be refused may remove its own meanwhile.
  for (const name of ours) rmSync(join(incoming, name), { force: true });
}

/** The names of the files in a folder, without those of symbolic links, folders and the like. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
