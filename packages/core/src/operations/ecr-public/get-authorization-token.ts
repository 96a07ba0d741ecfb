import * as access from '../../access/door.ts';
import { issueToken } from '../../domain/authorization.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { publicRegistry } from '../../domain/registries/registry.ts';
import type { EcrPublic } from '../../model/index.ts';

/**
 * Returns a new token for `docker login`. The token is valid for 12 hours. Earlier tokens stay valid until their own 12
 * hours are over.
 */
export async function getAuthorizationToken(
  context: Context,
  caller: Caller,
  _input: EcrPublic.GetAuthorizationTokenRequest,
): Promise<EcrPublic.GetAuthorizationTokenResponse> {
  await access.openRegistry(context, caller, 'GetAuthorizationToken', publicRegistry(caller.accountId));
  return { authorizationData: await issueToken(context, caller, { service: 'ecr-public' }) };
}
