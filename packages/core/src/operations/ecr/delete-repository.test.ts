import { describe, expect, it } from 'vitest';
import { privateAt, privateShape, pushPrivate } from '../../../test-support/private.ts';
import {
  account,
  emptyRegistry,
  expectInvalid,
  expectRefused,
  imageOf,
  otherAccount,
  refusalOf,
  repositoryMissing,
} from '../../../test-support/registry.ts';

const repositoryName = 'team/web';

async function withRepository() {
  const registry = emptyRegistry();
  await registry.ecr.createRepository({ repositoryName });
  return registry;
}

describe('DeleteRepository', () => {
  it('answers with what the repository was', async () => {
    const { ecr } = await withRepository();
    expect(await ecr.deleteRepository({ repositoryName })).toEqual({ repository: privateShape(repositoryName) });
    expect(await ecr.describeRepositories()).toEqual({ repositories: [] });
  });

  it('refuses one with images unless forced', async () => {
    const registry = await withRepository();
    await pushPrivate(registry, repositoryName, 'v1', await imageOf('web'));
    for (const input of [{}, { force: false }]) {
      await expectRefused(
        registry,
        () => registry.ecr.deleteRepository({ repositoryName, ...input }),
        'RepositoryNotEmptyException',
        `The repository with name '${repositoryName}' in registry with id '${account}' cannot be deleted because it still contains images`,
      );
    }
    const { repository } = await registry.ecr.deleteRepository({ repositoryName, force: true });
    expect(repository).toEqual(privateShape(repositoryName));
  });

  it('leaves nothing for a repository of the same name', async () => {
    const registry = await withRepository();
    await pushPrivate(registry, repositoryName, 'v1', await imageOf('web'));
    await registry.ecr.deleteRepository({ repositoryName, force: true });
    await registry.ecr.createRepository({ repositoryName });
    const at = await privateAt(registry, repositoryName);
    expect(await registry.distribution.getTags(at)).toEqual({ tags: [], more: false });
    expect((await refusalOf(registry.distribution.getManifest(at, 'v1'))).name).toBe('ImageNotFoundException');
  });

  it('is refused where there is none, in this account and region', async () => {
    const registry = await withRepository();
    await registry.ecrPublic.createRepository({ repositoryName: 'public/only' });
    const cases = [
      [{ repositoryName: 'team/ghost' }, {}, account],
      [{ repositoryName: 'public/only' }, {}, account],
      [{ repositoryName }, { region: 'eu-west-1' }, account],
      [{ repositoryName }, { accountId: otherAccount }, otherAccount],
      [{ repositoryName, registryId: '999999999999' }, {}, '999999999999'],
    ] as const;
    for (const [input, options, registryId] of cases) {
      await expectRefused(
        registry,
        () => registry.ecr.deleteRepository(input, options),
        'RepositoryNotFoundException',
        repositoryMissing(input.repositoryName, registryId),
      );
    }
  });

  it('deletes in the account that registryId names', async () => {
    const registry = await withRepository();
    await registry.ecr.deleteRepository({ repositoryName, registryId: account }, { accountId: otherAccount });
    expect((await registry.ecr.describeRepositories()).repositories).toEqual([]);
  });

  it('leaves the public repository of the same name alone', async () => {
    const registry = await withRepository();
    await registry.ecrPublic.createRepository({ repositoryName });
    await registry.ecr.deleteRepository({ repositoryName });
    expect((await registry.ecrPublic.describeRepositories()).repositories).toHaveLength(1);
  });

  it('takes no alias for the account', async () => {
    const registry = await withRepository();
    await expectInvalid(
      registry,
      () => registry.ecr.deleteRepository({ repositoryName, registryId: 'acme' }),
      'registryId',
      "must satisfy regular expression '[0-9]{12}'",
    );
  });
});
