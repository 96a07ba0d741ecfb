import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { changeTags } from '../../domain/repositories/resource-tags.ts';
import type { EcrPublic } from '../../model/index.ts';
import { checkTags } from '../shared/resource-tags.ts';
import { placeOfArn } from './place.ts';

/**
 * Adds resource tags to the repository with the ARN `resourceArn`. If the repository already has a tag with the same
 * key, the value of that tag is replaced.
 */
export async function tagResource(
  context: Context,
  caller: Caller,
  input: EcrPublic.TagResourceRequest,
): Promise<EcrPublic.TagResourceResponse> {
  const repository = await access.open(context, caller, 'TagResource', placeOfArn(input.resourceArn));
  const tags = checkTags(input.tags);
  await changeTags(context, repository, (all) => {
    for (const [key, value] of tags) all.set(key, value);
  });
  return {};
}
