import * as access from '../../access/door.ts';
import { issueToken } from '../../domain/authorization.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { proxyEndpoint } from '../../domain/registries/addresses.ts';
import { privateRegistry } from '../../domain/registries/registry.ts';
import type { Ecr } from '../../model/index.ts';

/**
 * Returns one token for each registry in `registryIds`. Each token can be used for `docker login`, and is valid for 12
 * hours. Earlier tokens stay valid until their own 12 hours are over.
 */
export async function getAuthorizationToken(
  context: Context,
  caller: Caller,
  { registryIds = [caller.accountId] }: Ecr.GetAuthorizationTokenRequest,
): Promise<Ecr.GetAuthorizationTokenResponse> {
  const authorizationData = registryIds.map(async (accountId) => {
    const registry = privateRegistry(accountId, caller.region);
    await access.openRegistry(context, caller, 'GetAuthorizationToken', registry);
    return {
      ...(await issueToken(context, caller, { service: 'ecr', accountId })),
      proxyEndpoint: proxyEndpoint(context, registry),
    };
  });
  return { authorizationData: await Promise.all(authorizationData) };
}
