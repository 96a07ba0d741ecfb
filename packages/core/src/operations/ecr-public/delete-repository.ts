import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { deleteRepository as remove } from '../../domain/repositories/delete.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOf } from './place.ts';
import { describeRepository } from './shapes.ts';

/** Deletes a repository with all of its data. A repository with images is deleted only if `force` is true. */
export async function deleteRepository(
  context: Context,
  caller: Caller,
  input: EcrPublic.DeleteRepositoryRequest,
): Promise<EcrPublic.DeleteRepositoryResponse> {
  const repository = await access.open(context, caller, 'DeleteRepository', placeOf(caller, input));
  await remove(context, repository, { force: input.force ?? false });
  return { repository: await describeRepository(context, repository) };
}
