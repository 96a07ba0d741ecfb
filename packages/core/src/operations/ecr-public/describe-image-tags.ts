import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { listTags } from '../../domain/images/list.ts';
import type { EcrPublic } from '../../model/index.ts';
import { openPage, pageToken } from '../shared/pages.ts';
import { placeOf } from './place.ts';
import { describeReferencedImage } from './shapes.ts';

/**
 * Returns a page of the image tags of a repository, sorted by name. Each tag is returned with details of the tagged
 * image.
 */
export async function describeImageTags(
  context: Context,
  caller: Caller,
  input: EcrPublic.DescribeImageTagsRequest,
): Promise<EcrPublic.DescribeImageTagsResponse> {
  const repository = await access.open(context, caller, 'DescribeImageTags', placeOf(caller, input));
  const scope = ['DescribeImageTags', repository.id];
  const page = await listTags(context, repository, await openPage(context, scope, input));
  return {
    imageTagDetails: page.tags.map(({ tag, record }) => ({
      imageTag: tag,
      createdAt: new Date(record.createdAt),
      imageDetail: describeReferencedImage(record.image),
    })),
    ...(page.last === undefined ? {} : { nextToken: await pageToken(context, scope, page.last, page.resume) }),
  };
}
