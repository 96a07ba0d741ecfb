import type { Algorithm, RunningHash } from '../digest/hasher.ts';
import type { Piece } from './pieces.ts';

/** A part as it is stored: its first and last byte (inclusive), counted from 0. */
export interface Part {
  readonly first: number;
  readonly last: number;
  readonly piece: Piece;
}

/** How far an upload has come, as far as this process knows; parts are never taken back, so it is at least as far. */
export interface LiveUpload {
  /** All of it, from the first byte on, without a gap. */
  readonly parts: Part[];
  readonly algorithm: Algorithm;
  /** Has seen all bytes of the parts; undefined once it has lost track. */
  hash: RunningHash | undefined;
}

/** Uploads at once whose running digest is worth the memory; others are hashed from what is stored. */
const most = 512;

/**
 * The uploads that are alive in this process. A shortcut only: whatever is not here is read from the storage.
 */
export class LiveUploads {
  readonly #uploads = new Map<string, LiveUpload>();

  get(key: string): LiveUpload | undefined {
    return this.#uploads.get(key);
  }

  set(key: string, upload: LiveUpload): void {
    this.#uploads.delete(key);
    this.#uploads.set(key, upload);
    const [oldest] = this.#uploads.keys();
    if (this.#uploads.size > most && oldest !== undefined) this.#uploads.delete(oldest);
  }

  delete(key: string): void {
    this.#uploads.delete(key);
  }

  clear(): void {
    this.#uploads.clear();
  }
}
