import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Says whether a file is a program that can be run. */
export function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the path of the first program on the PATH that has one of the names. */
export const onPath = (...names) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(canRun);

/** Returns the path of the program that an environment variable names, or undefined if it is not set. */
export function namedIn(variable) {
  const path = process.env[variable];
  if (!path) return undefined;
  if (canRun(path)) return path;
  throw new Error(`${variable} names ${path}, which cannot be run: name a browser, or unset it.`);
}
