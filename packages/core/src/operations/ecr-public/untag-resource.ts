import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { changeTags } from '../../domain/repositories/resource-tags.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOfArn } from './place.ts';

/** Removes resource tags from the repository with this ARN. Keys that do not exist are ignored. */
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
