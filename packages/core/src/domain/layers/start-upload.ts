import type { Algorithm } from '../../digest/running-hash.ts';
import { tooManyOpenUploads } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import { absent } from '../../storage/seen.ts';
import type { Context } from '../context.ts';
import { freeId } from '../free-id.ts';
import { changeRepository } from '../repositories/change.ts';
import type { Repository } from '../repositories/repository.ts';
import { hashAcrossRequests } from './live-uploads.ts';
import type { OpenUpload } from './upload-progress.ts';
import type { UploadRecord } from './upload-record.ts';
import { newStateKey } from './upload-states.ts';

/**
 * Starts an upload of a layer, and returns the upload with its new id.
 * @param algorithm the digest algorithm that the client will most likely use when it completes the upload
 * @throws ThrottlingException if the repository already has as many open uploads as `limits.openUploads` allows
 */
export async function startUpload(
  context: Context,
  repository: Repository,
  algorithm: Algorithm = 'sha256',
): Promise<OpenUpload & { readonly uploadId: string }> {
  const { openUploads, limits } = context;
  const { atomicCommit } = await context.store.guarantees();
  if (openUploads.in(repository.id) >= limits.openUploads) {
    throw tooManyOpenUploads({ ...repository, limit: limits.openUploads });
  }
  const startedAt = context.clock();
  const record: UploadRecord = atomicCommit ? { startedAt, size: 0, parts: 0 } : { startedAt, stateKey: newStateKey() };
  // The upload is counted before it exists, so that uploads that are started at once do not exceed the limit together.
  openUploads.add(repository.id);
  try {
    const upload = await changeRepository(context, repository, async ({ transaction }) => {
      const find = (id: string) => transaction.read(absent(keys.upload(repository.id, id)));
      const first = context.ids();
      // If reads lag, the result of a look-up may be cached: the new upload would stay invisible for a while.
      const id = atomicCommit ? await freeId(context, first, find) : first;
      return { uploadId: id, seen: transaction.put(keys.upload(repository.id, id), record) };
    });
    const live = { parts: [], algorithm, hash: hashAcrossRequests(context.hasher, algorithm) };
    context.liveUploads.set(upload.seen.key, live);
    return { ...upload, record, progress: { size: 0, parts: 0 } };
  } catch (error) {
    openUploads.takeOff(repository.id);
    throw error;
  }
}
