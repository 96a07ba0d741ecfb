import type { Caller, Context } from '../../domain/context.ts';
import { startUpload } from '../../domain/layers/start-upload.ts';
import type { EcrPublic } from '../../model/index.ts';
import { repositoryOfPush } from './repository-of.ts';

/** Starts an upload, of its own each time. */
export async function initiateLayerUpload(
  context: Context,
  caller: Caller,
  input: EcrPublic.InitiateLayerUploadRequest,
): Promise<EcrPublic.InitiateLayerUploadResponse> {
  const repository = await repositoryOfPush(context, caller, input);
  const { uploadId } = await startUpload(context, repository);
  return { uploadId, partSize: context.limits.advisedPartBytes };
}
