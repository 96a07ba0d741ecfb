import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import type { EcrPublic } from '../../model/index.ts';
import { uploadPart } from '../shared/layers.ts';
import { placeOf } from './place.ts';
import { echo } from './shapes.ts';

/** Stores the next part of a layer. The part must start directly after the last byte of the previous part. */
export async function uploadLayerPart(
  context: Context,
  caller: Caller,
  input: EcrPublic.UploadLayerPartRequest,
): Promise<EcrPublic.UploadLayerPartResponse> {
  const repository = await access.openForPush(context, caller, 'UploadLayerPart', placeOf(caller, input));
  const lastByteReceived = await uploadPart(context, repository, input, caller);
  return { ...echo(repository), uploadId: input.uploadId, lastByteReceived };
}
