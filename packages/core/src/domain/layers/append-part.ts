import { layerPartOutOfOrder, type RegistryError, uploadNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { readIn } from '../repositories/find.ts';
import type { Repository } from '../repositories/repository.ts';
import type { LiveUpload } from './live-uploads.ts';
import { putPiece, withPieces } from './pieces.ts';
import { type PartRecord, type Progress, sizeOf, type UploadRecord } from './upload-progress.ts';

/** How parts are taken. */
export interface PartRules {
  readonly maxParts: number;
  /** Makes the error that is thrown beyond them. */
  tooMany(limit: number): RegistryError;
  /** Nobody changes the part's bytes any more, so that they need not be copied. */
  readonly handedOver: boolean;
}

/** A part, and the upload that it is the next of, as far as that is known. */
export interface NextPart {
  readonly uploadId: string;
  readonly after: Progress;
  readonly first: number;
  readonly bytes: Uint8Array;
  /** How many parts it counts as; 1 by default. */
  readonly counts?: number;
}

/**
 * Stores the next part of an upload. A gap, an overlap or a part sent again is InvalidLayerPartException,
 * which leaves the upload as it was.
 * @returns how far the upload is then
 */
export async function appendPart(
  context: Context,
  repository: Repository,
  { uploadId, after, first, bytes, counts = 1 }: NextPart,
  { maxParts, tooMany, handedOver }: PartRules,
): Promise<Progress> {
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
  // Beside the storage, which mostly waits. Nobody else gets hold of the digest meanwhile; if the part is not stored
  // in the end, it has lost track.
  if (live) live.hash = undefined;
  const storing = putPiece(context, bytes, handedOver);
  const hashing = (async () => hash?.update(bytes))();
  const [piece] = await Promise.all([storing, hashing]);
  const progress = await withPieces(context, [piece], () =>
    context.store.transact(async (transaction) => {
      const [upload, part] = await readIn<UploadRecord | PartRecord>(transaction, repository, [uploadKey, partKey]);
      if (!upload) throw uploadNotFound({ ...repository, uploadId });
      const { startedAt, size = first } = upload as UploadRecord;
      if (transaction.atomic && size !== first) throw outOfOrder(size);
      if (part) throw outOfOrder((part as PartRecord).last + 1);
      const storedAt = context.clock();
      const grown: Progress = { size: last + 1, parts, storedAt };
      const record: PartRecord = { last, pieces: [piece] };
      transaction.put(partKey, transaction.atomic ? record : { ...record, storedAt });
      if (transaction.atomic) transaction.put(uploadKey, { startedAt, ...grown } satisfies UploadRecord);
      return grown;
    }),
  );

  if (live && sizeOf(live.parts) === first) {
    const { storedAt } = progress;
    context.liveUploads.grow(uploadKey, live, { first, last, piece, ...(storedAt === undefined ? {} : { storedAt }) });
    live.hash = hash;
  }
  return progress;
}

/** The upload whose next part starts at `first`, as this process knows it; undefined if it has not seen all before that. */
function liveAt(context: Context, uploadKey: string, first: number): LiveUpload | undefined {
  const live = context.liveUploads.get(uploadKey);
  if (live && sizeOf(live.parts) >= first) return sizeOf(live.parts) === first ? live : undefined;
  context.liveUploads.delete(uploadKey);
  if (first > 0) return undefined;
  const begun: LiveUpload = { parts: [], algorithm: 'sha256', hash: context.hasher('sha256') };
  context.liveUploads.set(uploadKey, begun);
  return begun;
}
