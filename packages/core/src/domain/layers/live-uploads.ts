import type { Digest } from '../../digest/digest.ts';
import type { Algorithm, Hasher, RunningHash } from '../../digest/running-hash.ts';
import type { Piece } from './piece.ts';

/**
 * A stored part of an upload. `first` and `last` are the positions of its first and its last byte in the upload,
 * counted from 0.
 */
export interface Part {
  readonly first: number;
  readonly last: number;
  readonly piece: Piece;
  /**
   * When the part was stored, in milliseconds since 1970. It is undefined if the record of the part does not contain
   * the time.
   */
  readonly storedAt?: number;
  /**
   * The digest of all bytes of the upload up to the end of this part. It is undefined if several requests have brought
   * these bytes, or if the running hash of the upload contains the bytes of this part.
   */
  readonly digest?: Digest;
}

/**
 * An open upload whose parts this process has in memory. Other processes may have added more parts meanwhile, but no
 * part is ever removed from an open upload.
 */
export interface LiveUpload {
  /** All parts that this process knows, in order and without a gap, from byte 0 of the upload on. */
  readonly parts: Part[];
  readonly algorithm: Algorithm;
  /**
   * The running digest of the bytes of all `parts`. It is undefined if this process has not hashed all of these bytes.
   * While the only part has a `digest`, the running digest does not contain that part yet.
   */
  hash: RunningHash | undefined;
}

/**
 * Starts the running digest of an upload. Returns undefined if the hasher cannot continue a digest in a later request.
 */
export function hashAcrossRequests(hasher: Hasher, algorithm: Algorithm): RunningHash | undefined {
  const hash = hasher(algorithm);
  return hash.endsWithRequest ? undefined : hash;
}

/**
 * The maximum number of open uploads that this process keeps in memory. For all other uploads, the digest is computed
 * from the stored bytes.
 */
const mostUploads = 512;
/**
 * The maximum number of parts that this process keeps in memory, for all open uploads together. That many parts take
 * about 10 MB.
 */
const mostParts = 50_000;

/**
 * Keeps open uploads in memory, by storage key. This is only a cache: an upload that is not in it is read from the
 * storage.
 */
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

  /** Adds a part at the end of an upload. Does nothing if the upload was removed from the cache meanwhile. */
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
