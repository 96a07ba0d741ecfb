import { layerPartOutOfOrder, type RegistryError, uploadNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import { absent } from '../../storage/seen.ts';
import type { Context } from '../context.ts';
import { changeRepository } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import type { LiveUpload } from './live-uploads.ts';
import { putPiece, withPieces } from './pieces.ts';
import { type OpenUpload, sizeOf } from './upload-progress.ts';
import type { PartRecord, Progress, UploadRecord } from './upload-record.ts';

/** The limit on the number of parts of an upload, and how the bytes of a part may be stored. */
export interface PartRules {
  readonly maxParts: number;
  /** Returns the error to throw if an upload would have more than `limit` parts. */
  tooMany(limit: number): RegistryError;
  /** Whether the store may keep the part's byte array without a copy, because nobody changes the array any more. */
  readonly handedOver: boolean;
}

/**
 * The next part of an upload, and the last known state of the upload. `first` is the position of the part's first byte
 * in the upload.
 */
export interface NextPart {
  readonly uploadId: string;
  readonly upload: OpenUpload;
  readonly first: number;
  readonly bytes: Uint8Array;
  /**
   * The number by which this part raises the part count of the upload. The limit on parts applies to the part count.
   * The default is 1.
   */
  readonly counts?: number;
}

/**
 * Stores the next part of an upload.
 * @returns the upload with its new progress
 * @throws InvalidLayerPartException if the part does not begin at the byte where the upload ends, for example because
 * the part was sent twice. The upload is then unchanged
 */
export async function appendPart(
  context: Context,
  repository: Repository,
  { uploadId, upload, first, bytes, counts = 1 }: NextPart,
  { maxParts, tooMany, handedOver }: PartRules,
): Promise<OpenUpload> {
  const { progress: after } = upload;
  const outOfOrder = (expected: number) =>
    layerPartOutOfOrder({
      ...repository,
      registryId: repository.registry.accountId,
      uploadId,
      first,
      expected,
      lastValidByteReceived: Math.max(0, expected - 1),
    });
  if (first !== after.size) throw outOfOrder(after.size);
  const parts = after.parts + counts;
  if (parts > maxParts) throw tooMany(maxParts);

  const uploadKey = keys.upload(repository.id, uploadId);
  const partKey = keys.part(repository.id, uploadId, first);
  const last = first + bytes.length - 1;
  const live = liveAt(context, uploadKey, first);
  const hash = live?.hash;
  // The part is hashed while the storage, which mostly waits, stores it. Nobody else can use the digest meanwhile. If
  // the part is not stored in the end, the digest stays lost.
  if (live) live.hash = undefined;
  const storing = putPiece(context, bytes, { handedOver });
  const hashing = (async () => hash?.update(bytes))();
  const [piece] = await Promise.all([storing, hashing]);
  const grown = await withPieces(context, [piece], () =>
    changeRepository(context, repository, async ({ transaction }) => {
      const found = await transaction.readMany<UploadRecord | PartRecord>([upload.seen, absent(partKey)]);
      const [before, part] = found as [UploadRecord?, PartRecord?];
      if (!before) throw uploadNotFound({ ...repository, uploadId });
      const { startedAt, size = first } = before;
      if (transaction.atomic && size !== first) throw outOfOrder(size);
      if (part) throw outOfOrder(part.last + 1);
      const storedAt = context.clock();
      const progress: Progress = { size: last + 1, parts, storedAt };
      const record: PartRecord = { last, pieces: [piece] };
      transaction.put(partKey, transaction.atomic ? record : { ...record, storedAt });
      if (!transaction.atomic) return { record: upload.record, seen: upload.seen, progress };
      const after: UploadRecord = { startedAt, ...progress };
      return { record: after, seen: transaction.put(uploadKey, after), progress };
    }),
  );

  if (live && sizeOf(live.parts) === first) {
    const { storedAt } = grown.progress;
    context.liveUploads.grow(uploadKey, live, { first, last, piece, ...(storedAt === undefined ? {} : { storedAt }) });
    live.hash = hash;
  }
  return grown;
}

/**
 * Returns the upload from the memory of this process, if the next part starts at byte `first`. If the next part is the
 * first one, creates the upload in memory.
 * @returns undefined if this process has not received all bytes before `first`
 */
function liveAt(context: Context, uploadKey: string, first: number): LiveUpload | undefined {
  const live = context.liveUploads.get(uploadKey);
  if (live && sizeOf(live.parts) >= first) return sizeOf(live.parts) === first ? live : undefined;
  context.liveUploads.delete(uploadKey);
  if (first > 0) return undefined;
  const begun: LiveUpload = { parts: [], algorithm: 'sha256', hash: context.hasher('sha256') };
  context.liveUploads.set(uploadKey, begun);
  return begun;
}
