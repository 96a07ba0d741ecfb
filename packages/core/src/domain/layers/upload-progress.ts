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

/** A reference to an upload. */
export interface UploadRef {
  readonly uploadId: string;
  /** The state that the last answer about the upload gave, if it gave one. With it, the parts need not be listed. */
  readonly state?: string | undefined;
}

/** Gives the number of bytes in parts that begin with the first byte. */
export const sizeOf = (parts: readonly Part[]): number => (parts.at(-1)?.last ?? -1) + 1;

function progressOf(parts: readonly Part[]): Progress {
  const storedAt = parts.at(-1)?.storedAt;
  return { size: sizeOf(parts), parts: parts.length, ...(storedAt === undefined ? {} : { storedAt }) };
}

/** Gives the one of two progresses that has more bytes; undefined if both are undefined. */
function furtherOf(one: Progress, other: Progress | undefined): Progress;
function furtherOf(one: Progress | undefined, other: Progress | undefined): Progress | undefined;
function furtherOf(one: Progress | undefined, other: Progress | undefined): Progress | undefined {
  return one === undefined || (other !== undefined && other.size > one.size) ? other : one;
}

/**
 * Says whether an upload has expired: it began too long ago, or its last part was stored too long ago.
 * @param lag the maximum time until every reader sees a stored part, in milliseconds
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
    const { last, pieces, storedAt } = value as PartRecord;
    const { first = 0 } = readUpload(key);
    parts.push({ first, last, piece: pieces[0], ...(storedAt === undefined ? {} : { storedAt }) });
    if (parts.length % recordsPerTurn === 0) await nextTurn();
  }
  return parts;
}

/** Says whether each part begins where the one before ends. */
const isWhole = (parts: readonly Part[]): boolean =>
  parts.every(({ first }, i) => first === (parts[i - 1]?.last ?? -1) + 1);

/**
 * Reads the parts of an upload. If commits are not atomic, lists may lag: then this gives the parts that this process
 * knows, if they are more than the list shows.
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

/** An upload that has been neither finished nor cancelled. `listed` has its parts, if they had to be listed. */
export interface OpenUpload {
  readonly record: UploadRecord;
  /** The record as it was read. A write is applied only if the record is unchanged. */
  readonly seen: Seen<UploadRecord>;
  readonly progress: Progress;
  readonly listed?: readonly Part[];
}

/**
 * Finds an open upload. If its record does not have its progress, the progress is taken from its state, or from what
 * this process knows. If both say nothing, or are behind, it is taken from a list of its parts.
 * @param suffices says whether a progress that may be behind is enough. By default every progress is
 * @throws UploadNotFoundException if the repository has no upload with this id, or it has expired
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
 * Gives all parts of an open upload, without a gap.
 * @throws ServerException if reads lag and the list does not show all of them yet
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
