import { describe, expect, it } from 'vitest';
import { account, expectRefused, refusalOf, registryWith } from '../../../test-support/registry.ts';
import { itConcernsARepository, itIsRefusedElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const repositoryName = 'team/web';
const policyText = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr-public:*"}]}';
const call: RepositoryCall = ({ ecrPublic }, target, options) => ecrPublic.deleteRepositoryPolicy(target, options);

describe('DeleteRepositoryPolicy', () => {
  itConcernsARepository(call, { takesAliases: false, knowsRegistries: false });
  itIsRefusedElsewhere('DeleteRepositoryPolicy', (registry, options) => call(registry, { repositoryName }, options));

  it('answers with the policy that is gone', async () => {
    const { ecrPublic } = await registryWith([repositoryName]);
    const set = await ecrPublic.setRepositoryPolicy({ repositoryName, policyText });
    expect(await ecrPublic.deleteRepositoryPolicy({ repositoryName })).toEqual(set);
    expect((await refusalOf(ecrPublic.getRepositoryPolicy({ repositoryName }))).name).toBe(
      'RepositoryPolicyNotFoundException',
    );
  });

  it('is refused where there is none, and the second time', async () => {
    const registry = await registryWith([repositoryName]);
    const refused = () =>
      expectRefused(
        registry,
        () => registry.ecrPublic.deleteRepositoryPolicy({ repositoryName }),
        'RepositoryPolicyNotFoundException',
        `Repository policy does not exist for the repository with name '${repositoryName}' in the registry with id '${account}'`,
      );
    await refused();
    await registry.ecrPublic.setRepositoryPolicy({ repositoryName, policyText });
    await registry.ecrPublic.deleteRepositoryPolicy({ repositoryName });
    await refused();
  });

  it('is done by one of two calls that come at once', async () => {
    const { ecrPublic } = await registryWith([repositoryName]);
    await ecrPublic.setRepositoryPolicy({ repositoryName, policyText });
    const calls = [0, 1].map(() => ecrPublic.deleteRepositoryPolicy({ repositoryName }));
    expect((await Promise.allSettled(calls)).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
