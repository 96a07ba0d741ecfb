import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { publicRegistryUri, registryArn } from '../../domain/registries/addresses.ts';
import { readPublicRegistry } from '../../domain/registries/public.ts';
import { publicRegistry } from '../../domain/registries/registry.ts';
import type { EcrPublic } from '../../model/index.ts';
import { openPage } from '../shared/pages.ts';

/**
 * Returns the public registry of the caller's account. The registry has no default alias before its first repository is
 * created. If the registry has no alias, `registryUri` is an empty string.
 */
export async function describeRegistries(
  context: Context,
  caller: Caller,
  input: EcrPublic.DescribeRegistriesRequest,
): Promise<EcrPublic.DescribeRegistriesResponse> {
  const ref = await access.openRegistry(context, caller, 'DescribeRegistries', publicRegistry(caller.accountId));
  await openPage(context, ['DescribeRegistries', ref.key], input);
  const registry = await readPublicRegistry(context, caller.accountId);
  return {
    registries: [
      {
        registryId: ref.accountId,
        registryArn: registryArn(ref),
        registryUri: publicRegistryUri(context, registry),
        verified: registry.verified,
        aliases: registry.aliases.map(({ name, status, custom }) => ({
          name,
          status,
          primaryRegistryAlias: name === registry.primaryAlias,
          defaultRegistryAlias: !custom,
        })),
      },
    ],
  };
}
