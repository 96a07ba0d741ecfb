import { layerPartOutOfOrder, type RegistryError, uploadNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import { absent } from '../../storage/seen.ts';
import type { Context } from '../context.ts';
import { changeRepository } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import type { Part } from './live-uploads.ts';
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
 * @returns the upload with its new progress
 * @throws InvalidLayerPartException if another request has added a part meanwhile
 */
export async function recordParts(
  context: Context,
  repository: Repository,
  { uploadId, upload, first }: Continuation,
  { parts, count }: { readonly parts: readonly Part[]; readonly count: number },
): Promise<OpenUpload> {
  const uploadKey = keys.upload(repository.id, uploadId);
  const size = (parts.at(-1)?.last ?? first - 1) + 1;
  const pieces = parts.map(({ piece }) => piece);
  return withPieces(context, pieces, () =>
    changeRepository(context, repository, async ({ transaction }) => {
      const firstKey = keys.part(repository.id, uploadId, first);
      const found = await transaction.readMany<UploadRecord | PartRecord>([upload.seen, absent(firstKey)]);
      const [before, part] = found as [UploadRecord?, PartRecord?];
      if (!before) throw uploadNotFound({ ...repository, uploadId });
      const { startedAt, size: stored = first } = before;
      if (transaction.atomic && stored !== first) throw outOfOrder(repository, uploadId, { first, expected: stored });
      if (part) throw outOfOrder(repository, uploadId, { first, expected: part.last + 1 });
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
