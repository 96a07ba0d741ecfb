import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { getPolicy } from '../../domain/repositories/policies.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOf } from './place.ts';
import { echo } from './shapes.ts';

/**
 * Returns the policy of a repository as JSON text, with spaces and line breaks as in responses of AWS. Throws
 * RepositoryPolicyNotFoundException if the repository has no policy.
 */
export async function getRepositoryPolicy(
  context: Context,
  caller: Caller,
  input: EcrPublic.GetRepositoryPolicyRequest,
): Promise<EcrPublic.GetRepositoryPolicyResponse> {
  const repository = await access.open(context, caller, 'GetRepositoryPolicy', placeOf(caller, input));
  return { ...echo(repository), policyText: await getPolicy(context, repository) };
}
