import type { Caller, Context } from '../../domain/context.ts';
import type { EcrPublic } from '../../model/index.ts';
import { completeLayer } from '../shared/layers.ts';
import { repositoryOfPush } from './repository-of.ts';
import { echo } from './shapes.ts';

/** Makes a layer of an upload's parts, once their digest is one of those given. */
export async function completeLayerUpload(
  context: Context,
  caller: Caller,
  input: EcrPublic.CompleteLayerUploadRequest,
): Promise<EcrPublic.CompleteLayerUploadResponse> {
  const repository = await repositoryOfPush(context, caller, input);
  const layerDigest = await completeLayer(context, repository, input);
  return { ...echo(repository), uploadId: input.uploadId, layerDigest };
}
