import * as access from '../access/door.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { keys } from '../storage/keys.ts';
import { privateRegistryAt } from './address.ts';
import { listNames, type NamesPage } from './names.ts';

/**
 * Returns a page of the names of the repositories in the private registry that a host serves, sorted by name. Clients
 * of `/v2/` read this list at `/v2/_catalog`, a path that the OCI distribution specification reserves for registries.
 * If the host serves a public registry, the list is empty.
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
