import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { changeTags } from '../../domain/repositories/resource-tags.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOfArn } from './place.ts';

/**
 * Removes the resource tags with the keys `tagKeys` from the repository with the ARN `resourceArn`. A key is ignored if
 * the repository has no tag with this key.
 */
export async function untagResource(
  context: Context,
  caller: Caller,
  input: EcrPublic.UntagResourceRequest,
): Promise<EcrPublic.UntagResourceResponse> {
  const repository = await access.open(context, caller, 'UntagResource', placeOfArn(input.resourceArn));
  await changeTags(context, repository, (all) => {
    for (const key of input.tagKeys) all.delete(key);
  });
  return {};
}
