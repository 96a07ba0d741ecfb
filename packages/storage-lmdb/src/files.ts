import { close, closeSync, fstatSync, fsync, fsyncSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { fileMode, flags } from './own-files.ts';
import { codeOf } from './problems.ts';

const isMissing = (cause: unknown): boolean => codeOf(cause) === 'ENOENT';

/**
 * Creates a file, writes it and flushes it to the disk.
 * @throws Error if the path already exists; the existing file stays unchanged
 */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, flags.create, fileMode);
  try {
    await writeAndClose(file, bytes);
  } catch (error) {
    await unlinkIfThere(path);
    throw error;
  }
}

async function writeAndClose(file: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    // The umask can only have removed permissions.
    if ((fstatSync(file.fd).mode & fileMode) !== fileMode) await file.chmod(fileMode);
    // It does not use `writeFile`, which splits the bytes into many small writes.
    for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Writes bytes into an open file, from the offset `from` on, and flushes the file to the disk. */
export function writeAll(file: number, bytes: Uint8Array, from = 0): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, from + at);
  fsyncSync(file);
}

/** Reads a whole file. Returns undefined if the file does not exist. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, flags.read);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    // It does not use `readFile`, which splits the bytes into many small reads.
    const bytes = new Uint8Array((await file.stat()).size);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0)
        throw new Error(`The file ${path} became shorter while it was read. Stop the program that changes the file.`);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** Removes a file. Returns false if the file does not exist. */
export async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Whether a folder can be flushed to the disk. On Windows this is impossible, and not necessary. */
const syncsFolders = process.platform !== 'win32';

export function syncFolder(path: string): void {
  if (!syncsFolders) return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Flushes a folder to the disk. If calls arrive during a flush, all of them share the next flush. */
export class FolderSync {
  readonly #descriptor: number | undefined;
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(path: string) {
    this.#descriptor = syncsFolders ? openSync(path, 'r') : undefined;
  }

  sync(): Promise<void> {
    const flush = async () => {
      this.#next = undefined;
      if (this.#descriptor !== undefined) await promisify(fsync)(this.#descriptor);
    };
    this.#next ??= this.#last.then(flush, flush);
    this.#last = this.#next;
    return this.#next;
  }

  /** Closes the folder. This method must not be called while a flush is in progress or waiting. */
  async close(): Promise<void> {
    if (this.#descriptor !== undefined) await promisify(close)(this.#descriptor);
  }
}
