import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { startUpload } from '../../domain/layers/start-upload.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOf } from './place.ts';

/**
 * Starts an upload of a layer, and returns the id of the upload. Other uploads to the same repository can still be
 * continued.
 */
export async function initiateLayerUpload(
  context: Context,
  caller: Caller,
  input: EcrPublic.InitiateLayerUploadRequest,
): Promise<EcrPublic.InitiateLayerUploadResponse> {
  const repository = await access.openForPush(context, caller, 'InitiateLayerUpload', placeOf(caller, input));
  const { uploadId } = await startUpload(context, repository);
  return { uploadId, partSize: context.limits.advisedPartBytes };
}
