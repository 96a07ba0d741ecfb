import { describe, expect, it } from 'vitest';
import { itGivesPages } from '../../../test-support/pages.ts';
import { privateShape } from '../../../test-support/private.ts';
import {
  emptyRegistry,
  expectInvalid,
  expectRefused,
  otherAccount,
  refusalOf,
  repositoryMissing,
} from '../../../test-support/registry.ts';

const nameOf = (item: number) => `r/${String(item).padStart(4, '0')}`;

async function withRepositories(...names: string[]) {
  const registry = emptyRegistry();
  for (const repositoryName of names) await registry.ecr.createRepository({ repositoryName });
  return registry;
}

describe('DescribeRepositories', () => {
  itGivesPages({
    open: async () => emptyRegistry(),
    add: ({ ecr }, item) => ecr.createRepository({ repositoryName: nameOf(item) }),
    remove: ({ ecr }, item) => ecr.deleteRepository({ repositoryName: nameOf(item) }),
    page: async ({ ecr }, input) => {
      const { repositories = [], ...rest } = await ecr.describeRepositories(input);
      return { items: repositories.map(({ repositoryName }) => Number(repositoryName?.slice(2))), ...rest };
    },
  });

  it('needs no input, and gives all by name', async () => {
    const { ecr } = await withRepositories('two', 'one', 'o/ne');
    expect(await ecr.describeRepositories()).toEqual({
      repositories: ['o/ne', 'one', 'two'].map((name) => privateShape(name)),
    });
  });

  it('gives the named ones, once each', async () => {
    const { ecr } = await withRepositories('one', 'two', 'three');
    expect(await ecr.describeRepositories({ repositoryNames: ['two', 'one', 'two'] })).toEqual({
      repositories: [privateShape('two'), privateShape('one')],
    });
  });

  it('refuses the whole call for one name that is not there', async () => {
    const registry = await withRepositories('one');
    await expectRefused(
      registry,
      () => registry.ecr.describeRepositories({ repositoryNames: ['one', 'ghost'] }),
      'RepositoryNotFoundException',
      repositoryMissing('ghost'),
    );
  });

  it('keeps regions and accounts apart, and their tokens', async () => {
    const registry = await withRepositories('one', 'two');
    const elsewhere = { region: 'eu-west-1' };
    for (const repositoryName of ['one', 'three']) await registry.ecr.createRepository({ repositoryName }, elsewhere);
    expect((await registry.ecr.describeRepositories({}, elsewhere)).repositories).toEqual([
      privateShape('one', 'eu-west-1'),
      privateShape('three', 'eu-west-1'),
    ]);
    expect(await registry.ecr.describeRepositories({ registryId: otherAccount })).toEqual({ repositories: [] });
    const { nextToken = '' } = await registry.ecr.describeRepositories({ maxResults: 1 });
    for (const options of [elsewhere, { accountId: otherAccount }]) {
      await expectInvalid(
        registry,
        () => registry.ecr.describeRepositories({ nextToken }, options),
        'NextToken',
        'Invalid token',
      );
    }
  });

  it('refuses a token of public repositories, and a token beside names', async () => {
    const registry = await withRepositories('one', 'two');
    for (const repositoryName of ['one', 'two']) await registry.ecrPublic.createRepository({ repositoryName });
    const theirs = await registry.ecrPublic.describeRepositories({ maxResults: 1 });
    await expectInvalid(
      registry,
      () => registry.ecr.describeRepositories({ nextToken: theirs.nextToken ?? '' }),
      'NextToken',
      'Invalid token',
    );
    const { nextToken = '' } = await registry.ecr.describeRepositories({ maxResults: 1 });
    const beside = registry.ecr.describeRepositories({ repositoryNames: ['one'], nextToken });
    expect((await refusalOf(beside)).message).toContain("Invalid parameter at 'NextToken'");
  });

  it.each([0, 101])('refuses %i names', async (length) => {
    const registry = await withRepositories('one');
    const repositoryNames = Array.from({ length }, (_, i) => nameOf(i));
    const refusal = await refusalOf(registry.ecr.describeRepositories({ repositoryNames }));
    expect(refusal.message).toContain("Invalid parameter at 'repositoryNames'");
  });

  it('can be paged through, in a region', async () => {
    const registry = emptyRegistry();
    const region = 'eu-west-1';
    for (const repositoryName of ['one', 'three', 'two'])
      await registry.ecr.createRepository({ repositoryName }, { region });
    const pages: (string | undefined)[][] = [];
    for await (const page of registry.ecr.paginateDescribeRepositories({}, { pageSize: 2, region })) {
      pages.push((page.repositories ?? []).map(({ repositoryName }) => repositoryName));
    }
    expect(pages).toEqual([['one', 'three'], ['two']]);
  });
});
