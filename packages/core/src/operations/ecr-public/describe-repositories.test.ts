import { describe, expect, it } from 'vitest';
import { itGivesPages } from '../../../test-support/pages.ts';
import {
  defaultAlias,
  emptyRegistry,
  expectInvalid,
  expectRefused,
  otherAccount,
  refusalOf,
  registryWith,
  repositoryMissing,
  repositoryShape,
} from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';

const nameOf = (item: number) => `r/${String(item).padStart(4, '0')}`;

describe('DescribeRepositories', () => {
  itIsRefusedElsewhere('DescribeRepositories', ({ ecrPublic }, options) => ecrPublic.describeRepositories({}, options));

  itGivesPages({
    open: async () => emptyRegistry(),
    add: ({ ecrPublic }, item) => ecrPublic.createRepository({ repositoryName: nameOf(item) }),
    remove: ({ ecrPublic }, item) => ecrPublic.deleteRepository({ repositoryName: nameOf(item) }),
    page: async ({ ecrPublic }, input) => {
      const { repositories, ...rest } = await ecrPublic.describeRepositories(input);
      return { items: repositories.map(({ repositoryName }) => Number(repositoryName.slice(2))), ...rest };
    },
  });

  it('needs no input', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    expect(await ecrPublic.describeRepositories()).toEqual({ repositories: [repositoryShape('team/web')] });
  });

  it('gives all by name, in the order of ASCII', async () => {
    const names = ['b', 'a/b', 'a.b', 'a0', 'a-b', 'a_b', 'aa', 'a/a/a'].map((name) => `x${name}`);
    const { ecrPublic } = await registryWith(names);
    const { repositories } = await ecrPublic.describeRepositories();
    expect(repositories.map(({ repositoryName }) => repositoryName)).toEqual([...names].sort());
  });

  it('gives the named ones, once each, on one page', async () => {
    const { ecrPublic } = await registryWith(['one', 'two', 'three']);
    expect(await ecrPublic.describeRepositories({ repositoryNames: ['two', 'one', 'two'] })).toEqual({
      repositories: [repositoryShape('two'), repositoryShape('one')],
    });
  });

  it('gives as many as 100 named ones, however small the page', async () => {
    const names = Array.from({ length: 100 }, (_, i) => nameOf(i));
    const { ecrPublic } = await registryWith(names);
    const answer = await ecrPublic.describeRepositories({ repositoryNames: names, maxResults: 1 });
    expect(answer.repositories).toHaveLength(100);
    expect(answer).not.toHaveProperty('nextToken');
  });

  it('refuses the whole call for one name that is not there', async () => {
    const registry = await registryWith(['one', 'two']);
    await expectRefused(
      registry,
      () => registry.ecrPublic.describeRepositories({ repositoryNames: ['one', 'ghost', 'phantom', 'two'] }),
      'RepositoryNotFoundException',
      repositoryMissing('ghost'),
    );
  });

  it.each([
    [[], 'Member must have length greater than or equal to 1'],
    [Array.from({ length: 101 }, (_, i) => nameOf(i)), 'Member must have length less than or equal to 100'],
    [
      ['Ghost'],
      'Member must satisfy constraint: [Member must have length less than or equal to 205, Member must have length greater than or equal to 2, Member must satisfy regular expression pattern: (?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*]',
    ],
  ])('refuses no names, more than 100, and what is none (%#)', async (repositoryNames, constraint) => {
    const registry = await registryWith(['one']);
    await expectInvalid(
      registry,
      () => registry.ecrPublic.describeRepositories({ repositoryNames }),
      'repositoryNames',
      constraint,
    );
  });

  it('refuses a token beside names', async () => {
    const registry = await registryWith(['one', 'two']);
    const { nextToken = '' } = await registry.ecrPublic.describeRepositories({ maxResults: 1 });
    const refusal = await refusalOf(registry.ecrPublic.describeRepositories({ repositoryNames: ['one'], nextToken }));
    expect(refusal.name).toBe('InvalidParameterException');
    expect(refusal.message).toContain("Invalid parameter at 'NextToken'");
  });

  it("gives another account's, which the tokens are bound to", async () => {
    const registry = await registryWith(['one', 'two']);
    const options = { accountId: otherAccount };
    for (const repositoryName of ['theirs', 'two'])
      await registry.ecrPublic.createRepository({ repositoryName }, options);
    const theirs = await registry.ecrPublic.describeRepositories({ registryId: otherAccount, maxResults: 1 });
    expect(theirs.repositories.map(({ repositoryName, registryId }) => [repositoryName, registryId])).toEqual([
      ['theirs', otherAccount],
    ]);
    expect(theirs.repositories[0]?.repositoryUri).not.toContain(defaultAlias);
    const { nextToken = '' } = theirs;
    expect((await registry.ecrPublic.describeRepositories({ nextToken }, options)).repositories).toHaveLength(1);
    await expectInvalid(
      registry,
      () => registry.ecrPublic.describeRepositories({ nextToken }),
      'NextToken',
      'Invalid token',
    );
  });

  it('gives nothing of an account that has none', async () => {
    const { ecrPublic } = await registryWith(['one']);
    expect(await ecrPublic.describeRepositories({ registryId: otherAccount })).toEqual({ repositories: [] });
  });

  it('takes no alias for the account', async () => {
    const registry = await registryWith(['one']);
    await expectInvalid(
      registry,
      () => registry.ecrPublic.describeRepositories({ registryId: defaultAlias }),
      'registryId',
      "must satisfy regular expression '[0-9]{12}'",
    );
  });

  it('refuses a token of private repositories', async () => {
    const registry = await registryWith(['one', 'two']);
    for (const repositoryName of ['one', 'two']) await registry.ecr.createRepository({ repositoryName });
    const { nextToken = '' } = await registry.ecr.describeRepositories({ maxResults: 1 });
    await expectInvalid(
      registry,
      () => registry.ecrPublic.describeRepositories({ nextToken }),
      'NextToken',
      'Invalid token',
    );
  });

  it('can be paged through', async () => {
    const { ecrPublic } = await registryWith(['one', 'three', 'two']);
    const pages: string[][] = [];
    for await (const page of ecrPublic.paginateDescribeRepositories({}, { pageSize: 2 })) {
      pages.push(page.repositories.map(({ repositoryName }) => repositoryName));
    }
    expect(pages).toEqual([['one', 'three'], ['two']]);
  });

  it('can be paged through from a token on, for another account', async () => {
    const registry = await registryWith(['not/this']);
    const options = { accountId: otherAccount };
    for (const repositoryName of ['one', 'three', 'two'])
      await registry.ecrPublic.createRepository({ repositoryName }, options);
    const { nextToken = '' } = await registry.ecrPublic.describeRepositories({ maxResults: 1 }, options);
    const names: string[] = [];
    for await (const page of registry.ecrPublic.paginateDescribeRepositories(
      {},
      { ...options, startingToken: nextToken },
    )) {
      names.push(...page.repositories.map(({ repositoryName }) => repositoryName));
    }
    expect(names).toEqual(['three', 'two']);
  });
});
