import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteStore } from '@coracle/registry/core';
import { checkPiece, checkSameBytes, isPieceId } from '@coracle/registry/core/storage-kit';
import { FolderSync, readIfThere, unlinkIfThere, writeDurably } from './files.ts';
import type { Paths } from './paths.ts';
import { pieceName } from './piece-names.ts';
import { closedError, told } from './problems.ts';

const maxBytes = 64 * 1024 * 1024;
/**
 * The maximum number of piece files that are open at once, regardless of the number of requests. Without this limit, a
 * commit could wait until a hundred files are flushed to the disk.
 */
const maxOpenFiles = 16;

/**
 * Keeps pieces (chunks of content) as files. A piece is written into the folder incoming/, flushed to the disk, and
 * renamed into the folder pieces/. Then the folder pieces/ is flushed too. So each file in pieces/ is complete, and
 * each acknowledged piece is on the disk.
 */
export class FileBytes implements ByteStore {
  readonly maxBytes = maxBytes;
  readonly #paths: Paths;
  readonly #folder: FolderSync;
  readonly #limited = limiter(maxOpenFiles);
  readonly #underWay = new Set<Promise<unknown>>();
  /**
   * The last unfinished call that writes or removes a piece, by the id of the piece. Calls for one id run one after the
   * other, because a rename would overwrite the file that another call has written.
   */
  readonly #turns = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(paths: Paths) {
    this.#paths = paths;
    this.#folder = new FolderSync(paths.pieces);
  }

  async put(id: string, bytes: Uint8Array): Promise<void> {
    checkPiece('lmdbStorage', id, bytes, maxBytes);
    await this.#perform(async () => {
      await this.#inTurn(id, () => this.#putOne(id, bytes));
      await this.#folder.sync();
    });
  }

  async get(id: string): Promise<Uint8Array | undefined> {
    return isPieceId(id) ? this.#perform(() => this.#limited(() => readIfThere(this.#pathOf(id)))) : undefined;
  }

  async remove(ids: readonly string[]): Promise<void> {
    const removeOne = (id: string) => this.#inTurn(id, () => this.#limited(() => unlinkIfThere(this.#pathOf(id))));
    await this.#perform(async () => {
      const wereThere = await Promise.all(ids.filter(isPieceId).map(removeOne));
      if (wereThere.includes(true)) await this.#folder.sync();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.#folder.close();
  }

  #pathOf(id: string): string {
    return join(this.#paths.pieces, pieceName(id));
  }

  async #putOne(id: string, bytes: Uint8Array): Promise<void> {
    const stored = await this.#limited(() => readIfThere(this.#pathOf(id)));
    if (stored === undefined) return this.#limited(() => this.#write(id, bytes));
    checkSameBytes('lmdbStorage', id, bytes, stored);
  }

  async #write(id: string, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.#paths.incoming, pieceName(id));
    await writeDurably(temporary, bytes);
    try {
      await rename(temporary, this.#pathOf(id));
    } catch (error) {
      await unlinkIfThere(temporary);
      throw error;
    }
  }

  async #perform<T>(call: () => Promise<T>): Promise<T> {
    if (this.#closed) throw closedError(this.#paths.folder);
    const performed = call();
    this.#underWay.add(performed);
    try {
      return await performed;
    } catch (error) {
      throw told(this.#paths.folder, error);
    } finally {
      this.#underWay.delete(performed);
    }
  }

  async #inTurn<T>(id: string, call: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(id) ?? Promise.resolve();
    const mine = before.then(call, call);
    this.#turns.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(id) === mine) this.#turns.delete(id);
    }
  }
}

/** Makes a function that runs calls. At most `width` of these calls run at the same time, and further calls wait. */
function limiter(width: number): <T>(call: () => Promise<T>) => Promise<T> {
  let free = width;
  const waiting: (() => void)[] = [];
  return async (call) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
