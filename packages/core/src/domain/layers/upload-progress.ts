import { partsUnseen, uploadNotFound } from '../../errors.ts';
import { keys, readUpload } from '../../storage/keys.ts';
import type { Seen } from '../../storage/seen.ts';
import type { Context } from '../context.ts';
import { nextTurn, recordsPerTurn } from '../next-turn.ts';
import type { Repository } from '../repositories/repository.ts';
import { isUuid } from '../text.ts';
import type { Part } from './live-uploads.ts';
import { hasProgress, type PartRecord, type Progress, type UploadRecord } from './upload-record.ts';
import { claimOf, isProven } from './upload-states.ts';

/**
 * An upload as a request names it: by its id, and by its state token if the client sends one. The state token contains
 * the signed progress of the upload.
 */
export interface UploadRef {
  readonly uploadId: string;
  /**
   * The state token that the last response about this upload contained. It contains the signed progress of the upload,
   * so that the parts need not be listed. It is undefined if the client did not send the token back.
   */
  readonly state?: string | undefined;
}

/** Returns the number of bytes in a list of parts that follow each other without a gap, from byte 0 on. */
export const sizeOf = (parts: readonly Part[]): number => (parts.at(-1)?.last ?? -1) + 1;

function progressOf(parts: readonly Part[]): Progress {
  const storedAt = parts.at(-1)?.storedAt;
  return { size: sizeOf(parts), parts: parts.length, ...(storedAt === undefined ? {} : { storedAt }) };
}

/**
 * Compares two values for the progress of one upload, and returns the value with more bytes. Returns undefined if both
 * values are undefined.
 */
function furtherOf(one: Progress, other: Progress | undefined): Progress;
function furtherOf(one: Progress | undefined, other: Progress | undefined): Progress | undefined;
function furtherOf(one: Progress | undefined, other: Progress | undefined): Progress | undefined {
  return one === undefined || (other !== undefined && other.size > one.size) ? other : one;
}

/**
 * Returns whether an upload has expired: it started at least `limits.uploadLifetime` ago, or no part of it was stored
 * for `limits.uploadIdleTime` (plus `lag`) or longer.
 * @param lag the maximum time in milliseconds until each reader sees a stored part
 */
export function isExpired(context: Context, { startedAt }: UploadRecord, progress: Progress, lag = 0): boolean {
  const { uploadLifetime, uploadIdleTime } = context.limits;
  const now = context.clock();
  const since = progress.parts === 0 ? startedAt : progress.storedAt;
  return now - startedAt >= uploadLifetime || (since !== undefined && now - since >= uploadIdleTime + lag);
}

async function listParts(context: Context, repository: Repository, id: string): Promise<Part[]> {
  const prefix = keys.parts(repository.id, id);
  const parts: Part[] = [];
  for await (const { key, value } of context.store.all(prefix)) {
    const { last, pieces, storedAt, digest } = value as PartRecord;
    const { first = 0 } = readUpload(key);
    const more = { ...(storedAt === undefined ? {} : { storedAt }), ...(digest === undefined ? {} : { digest }) };
    parts.push({ first, last, piece: pieces[0], ...more });
    if (parts.length % recordsPerTurn === 0) await nextTurn();
  }
  return parts;
}

/** Returns whether the parts follow each other without a gap, from byte 0 on. */
const isWhole = (parts: readonly Part[]): boolean =>
  parts.every(({ first }, i) => first === (parts[i - 1]?.last ?? -1) + 1);

/**
 * Lists the parts of an upload. If commits are not atomic, the list of the storage may be out of date. If this process
 * has more parts in memory than the storage lists, returns the parts in memory.
 */
export async function knownParts(context: Context, repository: Repository, id: string): Promise<readonly Part[]> {
  const key = keys.upload(repository.id, id);
  const parts = await listParts(context, repository, id);
  const live = context.liveUploads.get(key);
  const { atomicCommit } = await context.store.guarantees();
  if (!atomicCommit && live && sizeOf(live.parts) > sizeOf(parts)) return [...live.parts];
  // The parts are known from now on, for calls that bring no state.
  if (isWhole(parts) && sizeOf(parts) > sizeOf(live?.parts ?? [])) {
    context.liveUploads.set(key, { parts: [...parts], algorithm: 'sha256', hash: undefined });
  }
  return parts;
}

/**
 * An upload that was neither completed nor cancelled, and has not expired. If the parts of the upload had to be listed
 * to find its progress, `listed` contains these parts.
 */
export interface OpenUpload {
  readonly record: UploadRecord;
  /**
   * The record of the upload with the version that was read. A commit that depends on this version fails if the record
   * has changed since then.
   */
  readonly seen: Seen<UploadRecord>;
  readonly progress: Progress;
  readonly listed?: readonly Part[];
}

/**
 * Finds an open upload and its progress.
 *
 * If the record of the upload does not contain the progress, the progress is taken from the state token that the client
 * sent, or from the memory of this process. If neither has a progress, or if both are behind the stored parts, the
 * parts are listed.
 * @param suffices returns whether a progress is enough although it may be behind the stored parts. By default, each
 * progress is enough
 * @throws UploadNotFoundException if the repository does not have an upload with this id, or if the upload has expired
 */
export async function openUpload(
  context: Context,
  repository: Repository,
  { uploadId, state }: UploadRef,
  suffices: (progress: Progress) => boolean = () => true,
): Promise<OpenUpload> {
  const notFound = () => uploadNotFound({ ...repository, uploadId });
  if (!isUuid(uploadId)) throw notFound();
  const key = keys.upload(repository.id, uploadId);
  const live = context.liveUploads.get(key);
  const known = live && progressOf(live.parts);
  const { atomicCommit } = await context.store.guarantees();
  const claim = atomicCommit ? undefined : claimOf(state);
  const guess = atomicCommit ? undefined : furtherOf(known, claim?.progress);
  const isEnough = guess !== undefined && suffices(guess);
  // If the next part exists, the guess is behind.
  const asked = isEnough ? [key, keys.part(repository.id, uploadId, guess.size)] : [key];
  const [seen, next] = await context.store.see<UploadRecord>(asked);
  const record = seen?.value;
  if (!seen || !record) throw notFound();
  const found = (progress: Progress, listed?: readonly Part[]): OpenUpload => {
    if (isExpired(context, record, progress)) throw notFound();
    return { record, seen, progress, ...(listed ? { listed } : {}) };
  };
  if (atomicCommit && hasProgress(record)) return found(record);
  const proven = claim && (await isProven(context, record, claim)) ? claim.progress : undefined;
  const least = furtherOf(known, proven);
  if (isEnough && !next?.value && least?.size === guess.size && !isExpired(context, record, least)) return found(least);
  const listed = await knownParts(context, repository, uploadId);
  return found(furtherOf(progressOf(listed), least), listed);
}

/**
 * Returns all parts of an open upload, in order and without a gap.
 * @throws UploadNotFoundException if the repository does not have this upload, or if the upload has expired
 * @throws ServerException if reads lag behind writes, and the storage does not list all of the parts yet
 */
export async function openParts(
  context: Context,
  repository: Repository,
  upload: UploadRef,
): Promise<{ seen: Seen<UploadRecord>; parts: readonly Part[] }> {
  const { seen, progress, listed } = await openUpload(context, repository, upload, () => false);
  const parts = listed ?? (await knownParts(context, repository, upload.uploadId));
  if (!isWhole(parts) || sizeOf(parts) < progress.size) throw partsUnseen(upload.uploadId);
  return { seen, parts };
}
