import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import type { EcrPublic } from '../../model/index.ts';
import { completeLayer } from '../shared/layers.ts';
import { placeOf } from './place.ts';
import { echo } from './shapes.ts';

/**
 * Completes an upload. The uploaded parts become one layer of the repository, if `layerDigests` contains the digest of
 * that layer.
 */
export async function completeLayerUpload(
  context: Context,
  caller: Caller,
  input: EcrPublic.CompleteLayerUploadRequest,
): Promise<EcrPublic.CompleteLayerUploadResponse> {
  const repository = await access.openForPush(context, caller, 'CompleteLayerUpload', placeOf(caller, input));
  const layerDigest = await completeLayer(context, repository, input);
  return { ...echo(repository), uploadId: input.uploadId, layerDigest };
}
