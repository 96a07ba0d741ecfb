import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { deletePolicy } from '../../domain/repositories/policies.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOf } from './place.ts';
import { echo } from './shapes.ts';

/**
 * Deletes the policy of a repository, and returns the deleted policy. Throws RepositoryPolicyNotFoundException if the
 * repository has no policy.
 */
export async function deleteRepositoryPolicy(
  context: Context,
  caller: Caller,
  input: EcrPublic.DeleteRepositoryPolicyRequest,
): Promise<EcrPublic.DeleteRepositoryPolicyResponse> {
  const repository = await access.open(context, caller, 'DeleteRepositoryPolicy', placeOf(caller, input));
  return { ...echo(repository), policyText: await deletePolicy(context, repository) };
}
