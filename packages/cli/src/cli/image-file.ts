import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const exists = (path: string): Error =>
  new Error(`The file ${path} exists already: choose another name, or add --force to replace it`);

/** The codes of the errors of a full disk: no space, the quota of the user, and the maximum size of a file. */
const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const refusedCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG']);

const notWritable = (path: string, { message }: Error): Error =>
  new Error(`The file ${path} cannot be written (${message}): choose another folder or name`);

/**
 * Checks that a file can be written.
 * @throws Error if the file exists and must not be replaced, if it is a folder or a device, or if its folder does not exist
 */
export async function refuseExisting(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw notWritable(path, error);
  });
  if (found?.isDirectory())
    throw new Error(`${path} is a folder: write the name of a file, such as ${join(path, 'image.tar')}`);
  // A rename would replace a device, such as /dev/null, by a file.
  if (found && !found.isFile()) throw new Error(`${path} is not a regular file: write the name of another file`);
  if (found && !force) throw exists(path);
  const folder = dirname(path);
  const isThere = await stat(folder).then(
    (it) => it.isDirectory(),
    () => false,
  );
  if (!isThere) throw new Error(`The folder ${folder} does not exist: create it first, or choose another folder`);
}

/**
 * Writes a stream into a file. The file has another name beside it until it is whole, and until its bytes are on the disk.
 * If the stream fails, nothing remains.
 * @throws Error if the file exists and must not be replaced, or if it cannot be written
 */
export async function writeImageFile(
  path: string,
  stream: ReadableStream<Uint8Array>,
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
): Promise<void> {
  // The name is short, because the name of the file may be as long as the file system takes.
  const temporary = join(dirname(path), `.coracle-${randomBytes(6).toString('hex')}.part`);
  try {
    const from = Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(from, createWriteStream(temporary, { flags: 'wx' }), { signal });
    await sync(temporary);
    if (force) await rename(temporary, path);
    else await nameOnce(temporary, path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (fullCodes.has(code))
      throw new Error(`The disk of ${path} is full: free some space, and run the same command again`);
    if (refusedCodes.has(code)) throw notWritable(path, error as Error);
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a file its name, unless another file has got this name meanwhile. */
async function nameOnce(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw exists(path);
    // Some file systems have no hard links.
    await refuseExisting(path, false);
    await rename(temporary, path);
  }
}
