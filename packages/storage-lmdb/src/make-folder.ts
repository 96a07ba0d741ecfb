import { mkdirSync, readlinkSync, rmdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setMode } from './own-files.ts';
import { codeOf } from './problems.ts';

/**
 * Returns the absolute path of a folder.
 * @throws TypeError if the path is empty or contains a NUL character
 */
export function folderPath(given: string): string {
  // An empty path would mean the working directory.
  if (given === '') throw new TypeError('The path of the data folder is empty: name a folder.');
  if (given.includes('\0')) {
    throw new TypeError(`${JSON.stringify(given)} has a NUL character, which no path can have: name another folder.`);
  }
  return resolve(given);
}

/**
 * Creates a folder and its missing parent folders, with rights only for the current user. Existing folders stay
 * unchanged. Returns the created folders, with the uppermost first.
 *
 * The folders are created one by one. With the option `recursive`, Node 20 never returns if a path cannot be created,
 * such as /proc/nope.
 * @throws Error if one of the folders cannot be created; the folders that were created before are then removed
 */
export function makeFolder(folder: string): string[] {
  const missing: string[] = [];
  for (let path = folder; !exists(path) && path !== dirname(path); path = dirname(path)) missing.unshift(path);
  const made: string[] = [];
  try {
    for (const path of missing) if (makeOne(path)) made.push(path);
  } catch (error) {
    for (const path of made.reverse()) rmdirSync(path);
    throw error;
  }
  return made;
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Creates a folder. Returns false if another process has created the folder meanwhile. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') {
      throw new Error(
        `The folder ${path} cannot be created, because the system allows no new folders in ${dirname(path)}. Choose another folder.`,
        {
          cause: error,
        },
      );
    }
    if (code !== 'EEXIST') throw error;
    if (exists(path)) return false;
    throw new Error(
      `${path} is a symbolic link to ${readlinkSync(path)}, which does not exist: create that folder, or choose another folder.`,
      { cause: error },
    );
  }
  setMode({ path, kind: 'folder' });
  return true;
}
