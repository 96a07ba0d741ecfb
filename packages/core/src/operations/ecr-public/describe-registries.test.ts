import { describe, expect, it } from 'vitest';
import {
  account,
  defaultAlias,
  emptyRegistry,
  expectInvalid,
  otherAccount,
  registryWith,
} from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';

const shape = {
  registryId: account,
  registryArn: `arn:aws:ecr-public::${account}:registry/${account}`,
  registryUri: `public.ecr.aws/${defaultAlias}`,
  verified: false,
  aliases: [{ name: defaultAlias, status: 'ACTIVE', primaryRegistryAlias: true, defaultRegistryAlias: true }],
};

describe('DescribeRegistries', () => {
  itIsRefusedElsewhere('DescribeRegistries', ({ ecrPublic }, options) => ecrPublic.describeRegistries({}, options));

  it('tells of a registry without an alias before its first repository', async () => {
    const { ecrPublic } = emptyRegistry();
    expect(await ecrPublic.describeRegistries()).toEqual({ registries: [{ ...shape, registryUri: '', aliases: [] }] });
  });

  it('tells of the default alias from the first repository on, and after the last', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    expect(await ecrPublic.describeRegistries()).toEqual({ registries: [shape] });
    await ecrPublic.deleteRepository({ repositoryName: 'team/web' });
    expect(await ecrPublic.describeRegistries()).toEqual({ registries: [shape] });
  });

  it('tells of exactly one, the caller’s', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    const { registries } = await ecrPublic.describeRegistries({}, { accountId: otherAccount });
    expect(registries).toEqual([
      {
        registryId: otherAccount,
        registryArn: `arn:aws:ecr-public::${otherAccount}:registry/${otherAccount}`,
        registryUri: '',
        verified: false,
        aliases: [],
      },
    ]);
  });

  it('puts a custom alias before the default one, which stays', async () => {
    const { ecrPublic } = await registryWith(['team/web'], { registryAlias: 'acme' });
    const { registries } = await ecrPublic.describeRegistries();
    expect(registries).toEqual([
      {
        ...shape,
        registryUri: 'public.ecr.aws/acme',
        aliases: [
          { name: 'acme', status: 'ACTIVE', primaryRegistryAlias: true, defaultRegistryAlias: false },
          { name: defaultAlias, status: 'ACTIVE', primaryRegistryAlias: false, defaultRegistryAlias: true },
        ],
      },
    ]);
  });

  it.each(['PENDING', 'REJECTED'] as const)(
    'tells of an alias that is %s, and goes on with the default one',
    async (aliasStatus) => {
      const { engine, ecrPublic } = await registryWith(['team/web']);
      await engine.setPublicRegistry({ alias: 'acme', aliasStatus });
      const { registries } = await ecrPublic.describeRegistries();
      expect(registries).toEqual([
        {
          ...shape,
          aliases: [
            { name: 'acme', status: aliasStatus, primaryRegistryAlias: false, defaultRegistryAlias: false },
            { name: defaultAlias, status: 'ACTIVE', primaryRegistryAlias: true, defaultRegistryAlias: true },
          ],
        },
      ]);
      await engine.setPublicRegistry({ aliasStatus: 'ACTIVE' });
      expect((await ecrPublic.describeRegistries()).registries[0]?.registryUri).toBe('public.ecr.aws/acme');
    },
  );

  it('shows the verified badge, as the engine was made or as it was set since', async () => {
    const { engine, ecrPublic } = emptyRegistry({ verified: true });
    const verified = async (accountId = account) =>
      (await ecrPublic.describeRegistries({}, { accountId })).registries[0]?.verified;
    expect([await verified(), await verified(otherAccount)]).toEqual([true, false]);
    await engine.setPublicRegistry({ verified: false });
    await engine.setPublicRegistry({ accountId: otherAccount, verified: true });
    expect([await verified(), await verified(otherAccount)]).toEqual([false, true]);
  });

  it('names the host that really answers', async () => {
    const { ecrPublic } = await registryWith(['team/web'], { endpoint: new URL('https://registry.example:8443/') });
    const { registries } = await ecrPublic.describeRegistries();
    expect(registries[0]?.registryUri).toBe(`registry.example:8443/${defaultAlias}`);
  });

  it('gives one page, and refuses every token', async () => {
    const registry = await registryWith(['one', 'two']);
    expect(await registry.ecrPublic.describeRegistries({ maxResults: 1 })).toEqual({ registries: [shape] });
    const { nextToken = '' } = await registry.ecrPublic.describeRepositories({ maxResults: 1 });
    for (const token of ['', 'x', nextToken]) {
      await expectInvalid(
        registry,
        () => registry.ecrPublic.describeRegistries({ nextToken: token }),
        'NextToken',
        'Invalid token',
      );
    }
  });

  it.each([
    [0, 'Member must have value greater than or equal to 1'],
    [1001, 'Member must have value less than or equal to 1000'],
  ])('refuses a page of %i', async (maxResults, constraint) => {
    const registry = emptyRegistry();
    await expectInvalid(
      registry,
      () => registry.ecrPublic.describeRegistries({ maxResults }),
      'maxResults',
      constraint,
    );
  });

  it('can be paged through', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    const pages = [];
    for await (const page of ecrPublic.paginateDescribeRegistries({}, { pageSize: 1 })) pages.push(page);
    expect(pages).toEqual([{ registries: [shape] }]);
  });
});
