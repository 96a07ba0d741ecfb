import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { told } from './problems.ts';

const formatVersion = 1;

/**
 * What is where.
 *
 * ```
 * coracle.json    the version of this layout, written before the rest
 * open.mdb        held open by the one process that uses the folder; beside it LMDB's lock file, open.mdb-lock
 * records.mdb     the records; beside it records.mdb-lock
 * pieces/<id>     the pieces, each whole; a capital letter of an id as _ and the small one
 * incoming/<id>   pieces that are being written, and the like
 * ```
 */
export interface Paths {
  readonly folder: string;
  readonly format: string;
  readonly open: string;
  readonly records: string;
  readonly pieces: string;
  readonly incoming: string;
}

export const pathsIn = (folder: string): Paths => ({
  folder,
  format: join(folder, 'coracle.json'),
  open: join(folder, 'open.mdb'),
  records: join(folder, 'records.mdb'),
  pieces: join(folder, 'pieces'),
  incoming: join(folder, 'incoming'),
});

/**
 * Makes what is missing, durably, and looks whether LMDB can open the rest: where it cannot, it does not fail, it takes
 * the process with it (a segmentation fault, or a bus error on a disk that is full).
 */
export function prepareFolder(paths: Paths): void {
  const { folder, format, open, records, pieces, incoming } = paths;
  try {
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    const isNew = !existsSync(format);
    if (!isNew) checkFormat(paths);
    for (const path of [pieces, incoming]) mkdirSync(path, { recursive: true });
    if (isNew) writeFormat(paths);
    for (const path of [folder, pieces, incoming]) accessSync(path, constants.W_OK | constants.X_OK);
    for (const path of [open, records]) checkDatabase(path);
    if ([open, records].some((path) => !existsSync(path) || !existsSync(`${path}-lock`))) makeSureOfRoom(paths);
    // Their names, up to the first folder that was there before.
    for (let path = folder; made !== undefined && path.length >= made.length; path = dirname(path)) {
      syncFolder(dirname(path));
    }
  } catch (error) {
    throw told(folder, error);
  }
}

function checkFormat({ folder, format }: Paths): void {
  const version = versionOf(readFileSync(format, 'utf8'));
  if (version === formatVersion) return;
  throw new Error(
    version !== undefined && version > formatVersion
      ? `${folder} was written by a newer @coracle/storage-lmdb (format ${version}, and this one knows ` +
          `${formatVersion}): update it, or choose another folder.`
      : `${format} is not what @coracle/storage-lmdb writes: choose another folder, or restore this one.`,
  );
}

function versionOf(text: string): number | undefined {
  try {
    const { version } = JSON.parse(text) as { readonly version?: unknown };
    return Number.isInteger(version) ? (version as number) : undefined;
  } catch {
    return undefined;
  }
}

function writeFormat({ format, incoming }: Paths): void {
  const temporary = join(incoming, `.format.${process.pid}`);
  try {
    writeDurably(temporary, Buffer.from(`${JSON.stringify({ format: 'storage-lmdb', version: formatVersion })}\n`));
    renameSync(temporary, format);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function writeDurably(path: string, bytes: Uint8Array, from = 0): void {
  const file = openSync(path, 'w');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, from + at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** In the first page of LMDB's data file, behind the header of the page. */
const magic = { at: 24, bytes: Buffer.from([0xde, 0xc0, 0xef, 0xbe]) };

function checkDatabase(path: string): void {
  if (!existsSync(path)) return;
  for (const file of [path, `${path}-lock`]) if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
  // Empty: a process was killed before it wrote the first page.
  if (statSync(path).size === 0) return;
  const found = Buffer.alloc(magic.bytes.length);
  const file = openSync(path, 'r');
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

/** Throws where the records could not grow by some bytes more: there is no room, or none that this process may use. */
export function makeSureOfRoom({ incoming, records }: Paths): void {
  const path = join(incoming, `.room.${process.pid}`);
  try {
    writeDurably(path, new Uint8Array(someBytes), existsSync(records) ? statSync(records).size : 0);
  } finally {
    rmSync(path, { force: true });
  }
}

/** Removes what a killed process had not written to its end. Only whoever has the folder open may call it. */
export function clearIncoming({ incoming }: Paths): void {
  for (const name of readdirSync(incoming)) unlinkSync(join(incoming, name));
}

/** Whether folders can be synced: Windows cannot, and needs not. */
export const syncsFolders = process.platform !== 'win32';

export function syncFolder(path: string): void {
  if (!syncsFolders) return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
