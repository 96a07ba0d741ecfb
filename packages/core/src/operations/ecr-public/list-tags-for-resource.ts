import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { readTags } from '../../domain/repositories/resource-tags.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOfArn } from './place.ts';

/**
 * Returns the resource tags of the repository with the ARN `resourceArn`, in the order in which the tags were added.
 */
export async function listTagsForResource(
  context: Context,
  caller: Caller,
  input: EcrPublic.ListTagsForResourceRequest,
): Promise<EcrPublic.ListTagsForResourceResponse> {
  const repository = await access.open(context, caller, 'ListTagsForResource', placeOfArn(input.resourceArn));
  return { tags: (await readTags(context, repository)).map(([Key, Value]) => ({ Key, Value })) };
}
