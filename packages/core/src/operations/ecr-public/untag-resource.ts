import type { Caller, Context } from '../../domain/context.ts';
import { changeTags } from '../../domain/repositories/resource-tags.ts';
import type { EcrPublic } from '../../model/index.ts';
import { needResource } from './resource.ts';

/** Takes tags from the repository with this ARN; keys that are not there are passed over. */
export async function untagResource(
  context: Context,
  _caller: Caller,
  input: EcrPublic.UntagResourceRequest,
): Promise<EcrPublic.UntagResourceResponse> {
  const repository = await needResource(context, input.resourceArn);
  await changeTags(context, repository, (all) => {
    for (const key of input.tagKeys) all.delete(key);
  });
  return {};
}
