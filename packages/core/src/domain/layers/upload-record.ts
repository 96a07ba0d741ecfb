import type { Digest } from '../../digest/digest.ts';
import type { Piece } from './piece.ts';

/**
 * How much of an upload is stored. Parts are never removed from an open upload. So if two sources give different values
 * for the progress, the larger value is right.
 */
export type Progress = {
  /** The number of bytes that are stored. */
  readonly size: number;
  /**
   * The part count of the upload, to which the limit on parts applies. Each request counts as one part, and as one more
   * for each 8 MiB of its content. The number of stored part records can be different.
   */
  readonly parts: number;
  /**
   * When the last part was stored, in milliseconds since 1970. It is undefined if the upload has no part, or if an
   * earlier version of Coracle stored the last part without its time.
   */
  readonly storedAt?: number;
};

/**
 * The record of an open upload.
 *
 * If commits are atomic, the record contains the progress, and it changes with each part. Two requests that add a part
 * at the same time then conflict, and no request needs to list the parts. If commits are not atomic, the record is
 * written once and never changed, because some readers may see an old version of a record that is rewritten. A record
 * that an earlier version of Coracle wrote may lack the progress as well.
 */
export type UploadRecord = {
  readonly startedAt: number;
  /**
   * The key that signs the state tokens of the upload. A state token tells the client the progress, and the client
   * sends the token back. The key is undefined if the record contains the progress.
   */
  readonly stateKey?: string;
} & Partial<Progress>;

export const hasProgress = (record: UploadRecord): record is UploadRecord & Progress => record.size !== undefined;

/**
 * The record of one part of an upload. The storage key of the record contains the position of the part's first byte.
 * The record is written once and never changed. `storedAt` is set if the record of the upload does not contain the
 * progress. `digest` is the digest of all bytes of the upload up to the end of this part, if one request has brought all
 * of them and has hashed them.
 */
export type PartRecord = {
  readonly last: number;
  readonly pieces: readonly [Piece];
  readonly storedAt?: number;
  readonly digest?: Digest;
};
