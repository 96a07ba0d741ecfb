import { describe, expect, it } from 'vitest';
import { account, expectRefused, otherAccount, registryWith } from '../../../test-support/registry.ts';
import { itConcernsARepository, itIsRefusedElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const repositoryName = 'team/web';
const call: RepositoryCall = ({ ecrPublic }, target, options) => ecrPublic.getRepositoryPolicy(target, options);

describe('GetRepositoryPolicy', () => {
  itConcernsARepository(call, { takesAliases: false, knowsRegistries: false });
  itIsRefusedElsewhere('GetRepositoryPolicy', (registry, options) => call(registry, { repositoryName }, options));

  it('answers with the policy, printed, and the repository', async () => {
    const { ecrPublic } = await registryWith([repositoryName]);
    const policyText = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}';
    const set = await ecrPublic.setRepositoryPolicy({ repositoryName, policyText });
    expect(await ecrPublic.getRepositoryPolicy({ repositoryName })).toEqual(set);
    expect(set).toEqual({
      registryId: account,
      repositoryName,
      policyText: '{\n  "Statement" : {\n    "Effect" : "Allow",\n    "Principal" : "*",\n    "Action" : "*"\n  }\n}',
    });
  });

  it.each([account, otherAccount])('is not found where there is none, in the registry %s', async (registryId) => {
    const registry = await registryWith([repositoryName]);
    await registry.ecrPublic.createRepository({ repositoryName }, { accountId: otherAccount });
    await expectRefused(
      registry,
      () => call(registry, { repositoryName, registryId }),
      'RepositoryPolicyNotFoundException',
      `Repository policy does not exist for the repository with name '${repositoryName}' in the registry with id '${registryId}'`,
    );
  });
});
