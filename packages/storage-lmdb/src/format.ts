import { closeSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { syncFolder, writeAll } from './files.ts';
import { flags } from './own-files.ts';
import type { Paths } from './paths.ts';

const formatVersion = 1;
const written = `${JSON.stringify({ format: 'storage-lmdb', version: formatVersion })}\n`;
/** The maximum size of coracle.json in bytes. A larger file was not written by any version of this storage. */
const maxBytes = 4096;

/**
 * Checks whether a folder can be used for a storage. It changes nothing. Returns true if nothing has been stored in the
 * folder yet, and false if it contains the data of a storage.
 *
 * `coracle.json` is the first file that is created in the folder. If a start was killed while it wrote that file, the
 * folder contains only a part of `coracle.json`. Such a folder counts as new.
 * @throws Error if the folder contains other files, or if a newer version has written it
 */
export function isNewFolder({ folder, format }: Paths): boolean {
  // The names are read before coracle.json, because another process may be starting in this folder. That process
  // creates further files only after it has written coracle.json.
  const others = readdirSync(folder).filter((name) => name !== 'lost+found' && name !== 'coracle.json');
  const text = textIn(format);
  if ((text === undefined || isBegun(text)) && others.length === 0) return true;
  if (text === undefined) {
    throw new Error(
      `${folder} contains ${listed(others)} but no coracle.json, so it is not a folder of @coracle/storage-lmdb. ` +
        'Choose an empty folder, or a folder that does not exist yet.',
    );
  }
  checkVersion(folder, format, versionOf(text));
  return false;
}

/**
 * Writes the content of coracle.json, which already exists as an empty file, and flushes it to the disk. So even after
 * a power failure, no other file of the storage exists without the content of coracle.json. Several processes may call
 * this function at once, because all of them write the same content.
 */
export function writeFormat({ folder, format }: Paths): void {
  const file = openSync(format, flags.rewrite);
  try {
    writeAll(file, Buffer.from(written));
  } finally {
    closeSync(file);
  }
  syncFolder(folder);
}

const isBegun = (text: string): boolean => text.length < written.length && written.startsWith(text);

function textIn(format: string): string | undefined {
  const found = lstatSync(format, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > maxBytes) throw notOurs(format);
  const file = openSync(format, flags.read);
  try {
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function versionOf(text: string): number | undefined {
  try {
    const { format, version } = JSON.parse(text) as { readonly format?: unknown; readonly version?: unknown };
    return format === 'storage-lmdb' && Number.isInteger(version) ? (version as number) : undefined;
  } catch {
    return undefined;
  }
}

function checkVersion(folder: string, format: string, version: number | undefined): void {
  if (version === formatVersion) return;
  if (version === undefined || version < formatVersion) throw notOurs(format);
  throw new Error(
    `${folder} was written by a newer @coracle/storage-lmdb. The data in the folder have the format ${version}, and ` +
      `this version reads only the format ${formatVersion}. Update @coracle/storage-lmdb, or choose another folder.`,
  );
}

const notOurs = (format: string): Error =>
  new Error(
    `${format} was not written by @coracle/storage-lmdb: choose another folder, or restore the data folder from a backup.`,
  );

const maxListed = 5;

/** Returns a list of file names for an error text. Characters that a terminal would take as a command are replaced. */
function listed(names: readonly string[]): string {
  const shown = names
    .toSorted()
    .slice(0, maxListed)
    .map((name) => JSON.stringify(name).replace(/\p{C}/gu, '\ufffd'));
  const more = names.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}
