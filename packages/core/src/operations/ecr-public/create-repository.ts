import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { withPieces } from '../../domain/layers/pieces.ts';
import { defaultAlias } from '../../domain/registries/aliases.ts';
import { publicRegistry, type RegistryRef } from '../../domain/registries/registry.ts';
import type { RegistryRecord } from '../../domain/registries/registry-record.ts';
import { putCatalog, stageCatalog } from '../../domain/repositories/catalog.ts';
import { createRepository as create } from '../../domain/repositories/create.ts';
import { limitTags, putNewTags } from '../../domain/repositories/resource-tags.ts';
import type { EcrPublic } from '../../model/index.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import { checkTags } from '../shared/resource-tags.ts';
import { describeCatalog, describeRepository } from './shapes.ts';

/**
 * Creates a repository with its catalog data and resource tags. If the catalog data or a tag is invalid, no repository
 * is created. A registry gets its default alias together with its first repository.
 */
export async function createRepository(
  context: Context,
  caller: Caller,
  input: EcrPublic.CreateRepositoryRequest,
): Promise<EcrPublic.CreateRepositoryResponse> {
  const registry = await access.openForCreation(context, caller, {
    registry: publicRegistry(caller.accountId),
    name: input.repositoryName,
  });
  const tags = checkTags(input.tags ?? []);
  limitTags(context, 'public', tags.length);
  const { logoImageBlob: logoBytes, ...texts } = input.catalogData ?? {};
  const catalog = input.catalogData && (await stageCatalog(context, { texts, logoBytes }));

  const repository = await withPieces(context, catalog?.pieces ?? [], () =>
    create(context, registry, {
      name: input.repositoryName,
      alongWith: async (transaction, id) => {
        await openRegistry(transaction, registry);
        putNewTags(transaction, id, tags);
        if (catalog) putCatalog(transaction, id, catalog, undefined);
      },
    }),
  );
  return {
    repository: await describeRepository(context, repository),
    catalogData: catalog ? describeCatalog(context, repository, { texts, logo: catalog.logo?.id }) : {},
  };
}

async function openRegistry(transaction: Transaction, registry: RegistryRef): Promise<void> {
  const key = keys.registry(registry.key);
  const record = await transaction.read<RegistryRecord>(key);
  if (record?.opened) return;
  transaction.put(keys.alias(defaultAlias(registry.accountId)), registry.accountId);
  transaction.put(key, { ...record, opened: true });
}
