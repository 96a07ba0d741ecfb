import { close, fsync, openSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { syncsFolders } from './folder.ts';
import { codeOf } from './problems.ts';

const isMissing = (cause: unknown): boolean => codeOf(cause) === 'ENOENT';

/** Writes a file and flushes it. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    // Not `writeFile`, which parts the bytes into many small writes.
    for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Reads a file whole; undefined where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    // Not `readFile`, which parts the bytes into many small reads.
    const bytes = new Uint8Array((await file.stat()).size);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was read: something else changes it.`);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** Removes a file; false where there is none. */
export async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Flushes a folder; all who ask while one flush is under way share the next. */
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

  /** Only when nobody waits for a flush. */
  async close(): Promise<void> {
    if (this.#descriptor !== undefined) await promisify(close)(this.#descriptor);
  }
}
