import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { emptyRegistry, registryWith } from '../../../test-support/registry.ts';
import { itConcernsARepository, itIsRefusedElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';

const repositoryName = 'team/web';
const call: RepositoryCall = ({ ecrPublic }, target, options) => ecrPublic.getRepositoryCatalogData(target, options);

describe('GetRepositoryCatalogData', () => {
  itConcernsARepository(call, { takesAliases: false, knowsRegistries: false });
  itIsRefusedElsewhere('GetRepositoryCatalogData', (registry, options) => call(registry, { repositoryName }, options));

  it('is empty, and no error, where none was ever put', async () => {
    const { ecrPublic } = await registryWith([repositoryName]);
    expect(await ecrPublic.getRepositoryCatalogData({ repositoryName })).toEqual({ catalogData: {} });
  });

  it('gives what CreateRepository was told', async () => {
    const { ecrPublic } = emptyRegistry();
    await ecrPublic.createRepository({ repositoryName, catalogData: { description: 'x', architectures: [] } });
    expect(await ecrPublic.getRepositoryCatalogData({ repositoryName })).toEqual({
      catalogData: { description: 'x', architectures: [] },
    });
  });

  it('never shows an empty catalog in between while it is replaced', async () => {
    const inner = memoryStorage();
    let meanwhile: (() => Promise<unknown>) | undefined;
    // Between the reading of the record and of the bytes that it names, another caller replaces them.
    const storage = storageWith(inner, {
      bytes: {
        get: async (id) => {
          const run = meanwhile;
          meanwhile = undefined;
          await run?.();
          return inner.bytes.get(id);
        },
      },
    });
    const { ecrPublic } = emptyRegistry({ storage: watchedStorage(storage) });
    await ecrPublic.createRepository({ repositoryName, catalogData: { description: 'old' } });
    meanwhile = () => ecrPublic.putRepositoryCatalogData({ repositoryName, catalogData: { description: 'new' } });
    expect(await ecrPublic.getRepositoryCatalogData({ repositoryName })).toEqual({
      catalogData: { description: 'new' },
    });
  });
});
