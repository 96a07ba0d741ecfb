import type { Piece } from './piece.ts';

/** The progress of an upload. Parts are never removed, so of two answers the larger one is right. */
export type Progress = {
  /** The bytes that are stored. */
  readonly size: number;
  /** How many parts were counted: one for a request, and one more for each 8 MiB of it, in however many records. */
  readonly parts: number;
  /**
   * When the last part was stored; undefined if there is no part, or if it was stored by a version of Coracle that did
   * not write this.
   */
  readonly storedAt?: number;
};

/**
 * The record of an upload.
 *
 * If commits are atomic, it has the upload's progress and changes with each part. So two parts at once exclude each
 * other, and nobody lists parts to add one. Otherwise it is written once, because a place may see an old state of a
 * record that is rewritten. It is also written once for an upload that was started by a version of Coracle without
 * progress.
 */
export type UploadRecord = {
  readonly startedAt: number;
  /** The key that the upload's states are signed with, if its progress is not here. */
  readonly stateKey?: string;
} & Partial<Progress>;

export const hasProgress = (record: UploadRecord): record is UploadRecord & Progress => record.size !== undefined;

/**
 * The record of a part. It is written once, under its first byte, and never again. It has its time if the upload's
 * record does not have it.
 */
export type PartRecord = { readonly last: number; readonly pieces: readonly [Piece]; readonly storedAt?: number };
