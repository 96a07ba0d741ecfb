import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { readPolicy, setPolicy } from '../../domain/repositories/policies.ts';
import { invalidParameter } from '../../errors.ts';
import type { EcrPublic } from '../../model/index.ts';
import { placeOf } from './place.ts';
import { echo } from './shapes.ts';

/**
 * Replaces the policy of a repository. A policy that would deny the caller to set another policy is refused, unless
 * `force` is true. Only requests to a registry with closed access are checked against the policy.
 */
export async function setRepositoryPolicy(
  context: Context,
  caller: Caller,
  input: EcrPublic.SetRepositoryPolicyRequest,
): Promise<EcrPublic.SetRepositoryPolicyResponse> {
  const repository = await access.open(context, caller, 'SetRepositoryPolicy', placeOf(caller, input));
  const policy = readPolicy(input.policyText, 'ecr-public');
  if (input.force !== true && (await access.wouldLockOut(context, caller, repository, policy))) {
    throw invalidParameter(
      'PolicyText',
      "The policy would deny you SetRepositoryPolicy: set 'force' to true to set it",
    );
  }
  return { ...echo(repository), policyText: await setPolicy(context, repository, policy) };
}
