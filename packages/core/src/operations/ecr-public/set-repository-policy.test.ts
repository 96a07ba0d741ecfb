import { describe, expect, it } from 'vitest';
import {
  account,
  expectInvalid,
  otherAccount,
  registryWith,
  type TestRegistry,
} from '../../../test-support/registry.ts';
import { itConcernsARepository, itIsRefusedElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const repositoryName = 'team/web';
const statement = { Effect: 'Allow', Principal: '*', Action: ['ecr-public:BatchGetImage'] };
const policy = (...statements: object[]) => JSON.stringify({ Version: '2008-10-17', Statement: statements });

const call: RepositoryCall = ({ ecrPublic }, target, options) =>
  ecrPublic.setRepositoryPolicy({ ...target, policyText: policy(statement) }, options);

const set = ({ ecrPublic }: TestRegistry, policyText: string) =>
  ecrPublic.setRepositoryPolicy({ repositoryName, policyText });
const get = async ({ ecrPublic }: TestRegistry) => (await ecrPublic.getRepositoryPolicy({ repositoryName })).policyText;

describe('SetRepositoryPolicy', () => {
  itConcernsARepository(call, { takesAliases: false, knowsRegistries: false });
  itIsRefusedElsewhere('SetRepositoryPolicy', (registry, options) => call(registry, { repositoryName }, options));

  it('answers with the policy as the service prints it', async () => {
    const registry = await registryWith([repositoryName]);
    const policyText = JSON.stringify({
      Version: '2008-10-17',
      Statement: [
        {
          Sid: 'allow public pull',
          Effect: 'Allow',
          Principal: '*',
          Action: ['ecr-public:BatchCheckLayerAvailability', 'ecr-public:BatchGetImage'],
        },
      ],
    });
    const printed = `{
  "Version" : "2008-10-17",
  "Statement" : [ {
    "Sid" : "allow public pull",
    "Effect" : "Allow",
    "Principal" : "*",
    "Action" : [ "ecr-public:BatchCheckLayerAvailability", "ecr-public:BatchGetImage" ]
  } ]
}`;
    expect(await set(registry, policyText)).toEqual({ registryId: account, repositoryName, policyText: printed });
    expect(await get(registry)).toBe(printed);
  });

  it('replaces the whole policy; the same one again is fine', async () => {
    const registry = await registryWith([repositoryName]);
    await set(registry, policy(statement, { ...statement, Effect: 'Deny' }));
    const { policyText } = await set(registry, policy(statement));
    expect(await set(registry, policyText ?? '')).toMatchObject({ policyText });
    expect(await get(registry)).toBe(policyText);
  });

  it('takes force, which changes nothing', async () => {
    const { ecrPublic } = await registryWith([repositoryName]);
    const input = { repositoryName, policyText: policy(statement) };
    expect(await ecrPublic.setRepositoryPolicy({ ...input, force: true })).toEqual(
      await ecrPublic.setRepositoryPolicy({ ...input, force: false }),
    );
  });

  it.each([
    ['', 'nothing'],
    ['no JSON', 'no JSON'],
    ['[]', 'a list'],
    ['{}', 'no statement'],
    [policy(), 'an empty list of statements'],
    [policy({ ...statement, Principal: { AWS: 'arn:aws:iam::1:root' } }), 'a principal that is none'],
    [policy({ ...statement, Action: 's3:GetObject' }), 'an action of another service'],
    [policy({ ...statement, Effect: 'Perhaps' }), 'an unknown effect'],
    [JSON.stringify({ Version: '2020-01-01', Statement: [statement] }), 'an unknown version'],
  ])('refuses %j: %s', async (policyText) => {
    const registry = await registryWith([repositoryName]);
    await set(registry, policy(statement));
    await expectInvalid(registry, () => set(registry, policyText), 'PolicyText', 'Invalid repository policy provided');
  });

  it('takes 10,240 characters of any script and refuses one more', async () => {
    const registry = await registryWith([repositoryName]);
    const empty = policy({ Sid: '', ...statement });
    const text = (length: number) => policy({ Sid: '大'.repeat(length - empty.length), ...statement });
    await set(registry, text(10_240));
    await expectInvalid(
      registry,
      () => set(registry, text(10_241)),
      'PolicyText',
      'Member must have length less than or equal to 10240',
    );
  });

  it('needs a policy', async () => {
    const registry = await registryWith([repositoryName]);
    await expectInvalid(
      registry,
      () => registry.engine.invoke('ecr-public', 'SetRepositoryPolicy', { repositoryName }),
      'PolicyText',
      'Cannot be null',
    );
  });

  it('sets that of one repository only', async () => {
    const registry = await registryWith([repositoryName, 'team/api']);
    await registry.ecrPublic.createRepository({ repositoryName }, { accountId: otherAccount });
    await set(registry, policy(statement));
    for (const target of [{ repositoryName: 'team/api' }, { repositoryName, registryId: otherAccount }]) {
      const refusal = await registry.ecrPublic.getRepositoryPolicy(target).catch((error: Error) => error.name);
      expect(refusal).toBe('RepositoryPolicyNotFoundException');
    }
  });
});
