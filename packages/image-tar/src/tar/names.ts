import { ImageTarError, invalidArchive, shown } from '../errors.ts';
import { limits } from '../limits.ts';

/**
 * Returns the path of an entry without `./`, without empty parts and without a slash at the end. The path of the folder
 * of the whole archive is empty.
 * @throws ImageTarError `INVALID_ARCHIVE` if the name is absolute or contains `..`; `LIMIT_EXCEEDED` if it is too long
 */
export function pathOf(name: string): string {
  if (name.length > limits.pathLength) {
    throw new ImageTarError(
      'LIMIT_EXCEEDED',
      `The name ${shown(name)} in the archive has more than ${limits.pathLength} characters: save the image again`,
    );
  }
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..')) {
    throw invalidArchive(
      `The archive has an entry with the name ${shown(name)}, which leads out of the archive. Do not trust this archive`,
    );
  }
  return parts.join('/');
}

/**
 * Returns the path that a link leads to. The name of a symbolic link starts at the folder of the link, and the name of a
 * hard link starts at the root of the archive (POSIX.1-2017, pax, "ustar Interchange Format").
 * @throws ImageTarError `INVALID_ARCHIVE` if the link leads out of the archive
 */
export function targetOf(path: string, name: string, type: 'symlink' | 'link'): string {
  const parts = type === 'symlink' ? path.split('/').slice(0, -1) : [];
  let leaves = name.startsWith('/') || name.length > limits.pathLength;
  for (const part of name.split('/')) {
    if (part === '..') leaves ||= parts.pop() === undefined;
    else if (part !== '' && part !== '.') parts.push(part);
  }
  if (!leaves) return parts.join('/');
  throw invalidArchive(
    `The link ${shown(path)} leads to ${shown(name)}, which is outside of the archive. Do not trust this archive`,
  );
}
