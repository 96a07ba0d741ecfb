import { layerPartOutOfOrder, type RegistryError, reservationExpired, uploadNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import { absent } from '../../storage/seen.ts';
import type { Context } from '../context.ts';
import { changeRepository } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import type { Part } from './live-uploads.ts';
import type { LeaseRecord } from './piece-ids.ts';
import { withPieces } from './pieces.ts';
import type { OpenUpload } from './upload-progress.ts';
import type { PartRecord, Progress, UploadRecord } from './upload-record.ts';

/** The limit on the number of parts of an upload. */
export interface PartLimit {
  readonly maxParts: number;
  /** Returns the error to throw if an upload would have more than `limit` parts. */
  tooMany(limit: number): RegistryError;
}

/** The last known state of an upload, and the position at which further bytes begin. */
export interface Continuation {
  readonly uploadId: string;
  readonly upload: OpenUpload;
  /** The position in the upload of the first byte of the new parts. */
  readonly first: number;
  /** The number by which the new parts raise the part count of the upload. The limit on parts applies to this count. */
  readonly counts: number;
}

/**
 * Checks that further parts may be added to an upload. Returns the part count of the upload with these parts.
 * @throws InvalidLayerPartException if the parts do not begin at the byte where the upload ends
 */
export function checkContinuation(
  repository: Repository,
  { uploadId, upload, first, counts }: Continuation,
  { maxParts, tooMany }: PartLimit,
): number {
  const { size, parts } = upload.progress;
  if (first !== size) throw outOfOrder(repository, uploadId, { first, expected: size });
  if (parts + counts > maxParts) throw tooMany(maxParts);
  return parts + counts;
}

const outOfOrder = (
  repository: Repository,
  uploadId: string,
  { first, expected }: { readonly first: number; readonly expected: number },
): RegistryError =>
  layerPartOutOfOrder({
    ...repository,
    registryId: repository.registry.accountId,
    uploadId,
    first,
    expected,
    lastValidByteReceived: Math.max(0, expected - 1),
  });

/**
 * Records parts whose bytes are stored already. The parts follow each other without a gap. If they cannot be recorded,
 * their pieces are deleted.
 * @param count the part count of the upload with these parts
 * @param lease the key of the reservation of the pieces' ids, if a server has stored the pieces itself. The parts are not
 * recorded if a garbage collection has closed the reservation, because it may delete the pieces
 * @returns the upload with its new progress
 * @throws InvalidLayerPartException if another request has added a part meanwhile
 */
export async function recordParts(
  context: Context,
  repository: Repository,
  { uploadId, upload, first }: Continuation,
  { parts, count, lease }: { readonly parts: readonly Part[]; readonly count: number; readonly lease?: string },
): Promise<OpenUpload> {
  const uploadKey = keys.upload(repository.id, uploadId);
  const size = (parts.at(-1)?.last ?? first - 1) + 1;
  const pieces = parts.map(({ piece }) => piece);
  return withPieces(context, pieces, () =>
    changeRepository(context, repository, async ({ transaction }) => {
      const firstKey = keys.part(repository.id, uploadId, first);
      const found = await transaction.readMany<UploadRecord | PartRecord | LeaseRecord>([
        upload.seen,
        absent(firstKey),
        ...(lease === undefined ? [] : [lease]),
      ]);
      const [before, part, leased] = found as [UploadRecord?, PartRecord?, LeaseRecord?];
      if (!before) throw uploadNotFound({ ...repository, uploadId });
      const { startedAt, size: stored = first } = before;
      if (transaction.atomic && stored !== first) throw outOfOrder(repository, uploadId, { first, expected: stored });
      if (part) throw outOfOrder(repository, uploadId, { first, expected: part.last + 1 });
      if (lease !== undefined && (!leased || leased.named)) throw reservationExpired();
      const storedAt = context.clock();
      const progress: Progress = { size, parts: count, storedAt };
      for (const { first, last, piece, digest } of parts) {
        const record: PartRecord = { last, pieces: [piece], ...(digest === undefined ? {} : { digest }) };
        transaction.put(
          keys.part(repository.id, uploadId, first),
          transaction.atomic ? record : { ...record, storedAt },
        );
      }
      if (!transaction.atomic) return { record: upload.record, seen: upload.seen, progress };
      const after: UploadRecord = { startedAt, ...progress };
      return { record: after, seen: transaction.put(uploadKey, after), progress };
    }),
  );
}
