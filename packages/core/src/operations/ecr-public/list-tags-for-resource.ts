import type { Caller, Context } from '../../domain/context.ts';
import { readTags } from '../../domain/repositories/resource-tags.ts';
import type { EcrPublic } from '../../model/index.ts';
import { needResource } from './resource.ts';

/** The tags of the repository with this ARN, in the order in which they were added. */
export async function listTagsForResource(
  context: Context,
  _caller: Caller,
  input: EcrPublic.ListTagsForResourceRequest,
): Promise<EcrPublic.ListTagsForResourceResponse> {
  return { tags: await readTags(context, await needResource(context, input.resourceArn)) };
}
