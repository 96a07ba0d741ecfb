import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import type { EcrPublic } from '../../model/index.ts';
import { deleteImages } from '../shared/delete-images.ts';
import { placeOf } from './place.ts';

/**
 * Deletes images and image tags of a repository. If the last tag of an image is deleted, the image is deleted too.
 * `failures` lists the image ids that could not be deleted.
 */
export async function batchDeleteImage(
  context: Context,
  caller: Caller,
  input: EcrPublic.BatchDeleteImageRequest,
): Promise<EcrPublic.BatchDeleteImageResponse> {
  const repository = await access.open(context, caller, 'BatchDeleteImage', placeOf(caller, input));
  const { deleted, failures } = await deleteImages(context, repository, input.imageIds);
  return { imageIds: deleted, failures };
}
