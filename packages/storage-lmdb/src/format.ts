import { closeSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { syncFolder, writeAll } from './files.ts';
import { flags } from './own-files.ts';
import type { Paths } from './paths.ts';

const formatVersion = 1;
const written = `${JSON.stringify({ format: 'storage-lmdb', version: formatVersion })}\n`;
/** A size that this file does not have in any version. */
const maxBytes = 4096;

/**
 * Checks whether a folder may be used, and changes nothing. Returns true if nothing has been stored in it yet, and
 * false if it is this storage's.
 *
 * `coracle.json` is created before anything else. If a start is killed while it writes that file, the folder holds only
 * a part of it. So a folder with such a part and nothing else is a new one.
 * @throws Error if the folder holds something else, or if a newer version has written it
 */
export function isNewFolder({ folder, format }: Paths): boolean {
  // The names are read first, because another process may be starting here. It creates the rest once coracle.json is
  // written.
  const others = readdirSync(folder).filter((name) => name !== 'lost+found' && name !== 'coracle.json');
  const text = textIn(format);
  if ((text === undefined || isBegun(text)) && others.length === 0) return true;
  if (text === undefined) {
    throw new Error(
      `${folder} holds ${listed(others)} and no coracle.json, so it is not a folder of @coracle/storage-lmdb: ` +
        'name an empty folder, or one that does not exist.',
    );
  }
  checkVersion(folder, format, versionOf(text));
  return false;
}

/**
 * Writes coracle.json, which has been created, so that no power failure leaves the rest without it. Several processes
 * may do so at once, because they write the same.
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
    `${folder} was written by a newer @coracle/storage-lmdb (format ${version}, and this one knows ` +
      `${formatVersion}): update it, or choose another folder.`,
  );
}

const notOurs = (format: string): Error =>
  new Error(
    `${format} was not written by @coracle/storage-lmdb: choose another folder, or restore this one from a backup.`,
  );

const maxListed = 5;

/** Names files, without characters that a terminal would take as a command. */
function listed(names: readonly string[]): string {
  const shown = names
    .toSorted()
    .slice(0, maxListed)
    .map((name) => JSON.stringify(name).replace(/\p{C}/gu, '\ufffd'));
  const more = names.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}
