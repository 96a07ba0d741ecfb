import { uploadNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { changeRepository } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import { knownParts, openUpload, type UploadRef } from './upload-progress.ts';

/** Cancels an upload: deletes its record, its parts and their bytes. */
export async function cancelUpload(context: Context, repository: Repository, upload: UploadRef): Promise<void> {
  const { uploadId } = upload;
  const uploadKey = keys.upload(repository.id, uploadId);
  const { seen } = await openUpload(context, repository, upload);
  await changeRepository(context, repository, async ({ transaction }) => {
    const record = await transaction.read(seen);
    if (record === undefined) throw uploadNotFound({ ...repository, uploadId });
    // The parts are read after the record, which changes with each part. So no part that is added later is left behind.
    const parts = await knownParts(context, repository, uploadId);
    transaction.remove(uploadKey);
    for (const { first } of parts) transaction.remove(keys.part(repository.id, uploadId, first));
    transaction.discard(parts.map(({ piece: [piece] }) => piece));
  });
  forget(context, repository, uploadKey);
}

/**
 * Removes a completed or cancelled upload from the memory of this process, and subtracts 1 from the number of open
 * uploads of the repository.
 */
export function forget(context: Context, repository: Repository, uploadKey: string): void {
  context.liveUploads.delete(uploadKey);
  context.openUploads.takeOff(repository.id);
}
