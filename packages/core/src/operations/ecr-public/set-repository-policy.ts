import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { setPolicy } from '../../domain/repositories/policies.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOf } from './place.ts';
import { echo } from './shapes.ts';

/** Replaces the policy of a repository. The policy is stored, but not enforced, so `force` has no effect. */
export async function setRepositoryPolicy(
  context: Context,
  caller: Caller,
  input: EcrPublic.SetRepositoryPolicyRequest,
): Promise<EcrPublic.SetRepositoryPolicyResponse> {
  const repository = await access.open(context, caller, 'SetRepositoryPolicy', placeOf(caller, input));
  return { ...echo(repository), policyText: await setPolicy(context, repository, input.policyText, 'ecr-public') };
}
