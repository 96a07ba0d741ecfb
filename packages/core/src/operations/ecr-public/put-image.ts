import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import type { EcrPublic } from '../../model/index.ts';
import { checkImageId, putImage as put } from '../shared/images.ts';
import { placeOf } from './place.ts';
import { echo } from './shapes.ts';

/**
 * Puts the manifest of an image or an image index into a repository. The layers of the image, or the images of the
 * index, must already be in the repository. If another image has the tag `imageTag`, the tag is moved to the new image.
 */
export async function putImage(
  context: Context,
  caller: Caller,
  input: EcrPublic.PutImageRequest,
): Promise<EcrPublic.PutImageResponse> {
  checkImageId(input);
  const repository = await access.openForPush(context, caller, 'PutImage', placeOf(caller, input));
  return { image: { ...echo(repository), ...(await put(context, repository, input)) } };
}
