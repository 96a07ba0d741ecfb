import * as access from '../access/door.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { keys } from '../storage/keys.ts';
import { privateRegistryAt } from './address.ts';
import { listNames, type NamesPage } from './names.ts';

/**
 * Returns a page of the names of the repositories in the private registry that a host stands for, sorted by name. This
 * is `_catalog` at `/v2/`, which the OCI distribution specification reserves for registries. A public registry has no
 * catalog, so the list for its host is empty.
 */
export async function getRepositories(
  context: Context,
  caller: Caller,
  { host, ...page }: NamesPage & { readonly host: string },
): Promise<{ repositories: string[]; more: boolean }> {
  const registry = privateRegistryAt(caller, host);
  if (registry === undefined) return { repositories: [], more: false };
  const { names, more } = await listNames(
    context.room,
    page,
    (name) => keys.repository(registry.key, name),
    async (start) => {
      const { repositories, last, resume } = await access.list(context, caller, 'DescribeRepositories', {
        registry,
        start,
      });
      return { names: repositories.map(({ repositoryName }) => repositoryName), last, resume };
    },
  );
  return { repositories: names, more };
}
