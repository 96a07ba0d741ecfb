import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { listImages } from '../../domain/images/list.ts';
import type { EcrPublic } from '../../model/index.ts';
import { checkImageId, needImages } from '../shared/images.ts';
import { openPage, pageToken, refuseTokenBeside } from '../shared/pages.ts';
import { placeOf } from './place.ts';
import { describeImage } from './shapes.ts';

/**
 * Returns a page of the images of a repository, sorted by the time of push. If `imageIds` is given, returns only the
 * images with these ids. Throws ImageNotFoundException if one of these images does not exist.
 */
export async function describeImages(
  context: Context,
  caller: Caller,
  input: EcrPublic.DescribeImagesRequest,
): Promise<EcrPublic.DescribeImagesResponse> {
  input.imageIds?.forEach(checkImageId);
  const repository = await access.open(context, caller, 'DescribeImages', placeOf(caller, input));
  if (input.imageIds) {
    refuseTokenBeside(input, 'imageIds');
    const images = await needImages(context, repository, input.imageIds);
    return { imageDetails: images.map((image) => describeImage(repository, image)) };
  }
  const scope = ['DescribeImages', repository.id];
  const page = await listImages(context, repository, await openPage(context, scope, input));
  return {
    imageDetails: page.images.map((image) => describeImage(repository, image)),
    ...(page.last === undefined ? {} : { nextToken: await pageToken(context, scope, page.last, page.resume) }),
  };
}
