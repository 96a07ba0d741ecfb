import type { Algorithm, RunningHash } from '../../digest/running-hash.ts';
import type { Piece } from './piece.ts';

/** A part as it is stored: its first and last byte (inclusive), counted from 0. */
export interface Part {
  readonly first: number;
  readonly last: number;
  readonly piece: Piece;
  /** The time in the part's record. */
  readonly storedAt?: number;
}

/** An upload of which this process knows every part. Parts are never removed, so the upload has at least these. */
export interface LiveUpload {
  /** All parts from the first byte on, without a gap. */
  readonly parts: Part[];
  readonly algorithm: Algorithm;
  /** The digest of all bytes of the parts; undefined once it has lost track. */
  hash: RunningHash | undefined;
}

/** The maximum number of uploads whose running digest is kept. Others are hashed from the stored bytes. */
const mostUploads = 512;
/** The maximum number of parts of all these uploads together: about 10 MB. */
const mostParts = 50_000;

/** The uploads that are alive in this process. It is only a shortcut: any other upload is read from the storage. */
export class LiveUploads {
  readonly #uploads = new Map<string, LiveUpload>();
  #parts = 0;

  get(key: string): LiveUpload | undefined {
    return this.#uploads.get(key);
  }

  set(key: string, upload: LiveUpload): void {
    this.delete(key);
    this.#uploads.set(key, upload);
    this.#parts += upload.parts.length;
    this.#forgetOldest();
  }

  /** Adds a part behind the last one. An upload that was forgotten meanwhile stays forgotten. */
  grow(key: string, upload: LiveUpload, part: Part): void {
    if (this.#uploads.get(key) !== upload) return;
    upload.parts.push(part);
    this.#parts++;
    this.#forgetOldest();
  }

  delete(key: string): void {
    this.#parts -= this.#uploads.get(key)?.parts.length ?? 0;
    this.#uploads.delete(key);
  }

  clear(): void {
    this.#uploads.clear();
    this.#parts = 0;
  }

  #forgetOldest(): void {
    for (const key of this.#uploads.keys()) {
      if (this.#uploads.size <= mostUploads && this.#parts <= mostParts) return;
      this.delete(key);
    }
  }
}
