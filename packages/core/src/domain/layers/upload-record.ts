import type { Piece } from './piece.ts';

/** How far an upload is. Parts are never taken back: of two answers the larger one is right. */
export type Progress = {
  /** The bytes that are stored. */
  readonly size: number;
  /** How many parts were counted: one for a request, and one more for each 8 MiB of it, in however many records. */
  readonly parts: number;
  /** When the last part was stored; undefined if there is no part, or one of a version of Coracle that did not say so. */
  readonly storedAt?: number;
};

/**
 * If commits are atomic, the record has the upload's progress and changes with each part, so that two parts at once
 * exclude each other and nobody lists parts to add one. Otherwise it is written once, since a place may see an old state
 * of a record that is rewritten, and so it is in an upload that was started by a version of Coracle without progress.
 */
export type UploadRecord = {
  readonly startedAt: number;
  /** The key that states of the upload are signed with, if its progress is not here. */
  readonly stateKey?: string;
} & Partial<Progress>;

export const hasProgress = (record: UploadRecord): record is UploadRecord & Progress => record.size !== undefined;

/** A part is written once, under its first byte, and never again. It says its time if the upload's record does not. */
export type PartRecord = { readonly last: number; readonly pieces: readonly [Piece]; readonly storedAt?: number };
