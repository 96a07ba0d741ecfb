import { describe, expect, it } from 'vitest';
import {
  account,
  bytesOf,
  defaultAlias,
  emptyRegistry,
  expectInvalid,
  expectRefused,
  minute,
  otherAccount,
  refusalOf,
  registryWith,
  repositoryArn,
  repositoryShape,
} from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';
import type { EcrPublic } from '../../model/index.ts';

const repositoryName = 'team/web';

const tagsOf = async ({ ecrPublic }: ReturnType<typeof emptyRegistry>, name = repositoryName) =>
  (await ecrPublic.listTagsForResource({ resourceArn: repositoryArn(name) })).tags;

describe('CreateRepository', () => {
  itIsRefusedElsewhere('CreateRepository', ({ ecrPublic }, options) =>
    ecrPublic.createRepository({ repositoryName }, options),
  );

  it('answers with the repository and with empty catalog data', async () => {
    const { ecrPublic } = emptyRegistry();
    expect(await ecrPublic.createRepository({ repositoryName })).toEqual({
      repository: repositoryShape(repositoryName),
      catalogData: {},
    });
    expect((await ecrPublic.describeRepositories()).repositories).toEqual([repositoryShape(repositoryName)]);
  });

  it('has the time of its creation', async () => {
    const { ecrPublic, clock } = emptyRegistry();
    clock.advance(minute);
    const { repository } = await ecrPublic.createRepository({ repositoryName });
    expect(repository.createdAt).toEqual(new Date(clock()));
  });

  it('gives the registry its default alias with the first repository', async () => {
    const { ecrPublic } = emptyRegistry();
    expect((await ecrPublic.describeRegistries()).registries[0]?.aliases).toEqual([]);
    await ecrPublic.createRepository({ repositoryName });
    expect((await ecrPublic.describeRegistries()).registries[0]?.aliases).toEqual([
      { name: defaultAlias, status: 'ACTIVE', primaryRegistryAlias: true, defaultRegistryAlias: true },
    ]);
  });

  it('names a custom alias in the address', async () => {
    const { ecrPublic } = emptyRegistry({ registryAlias: 'acme' });
    const { repository } = await ecrPublic.createRepository({ repositoryName });
    expect(repository.repositoryUri).toBe('public.ecr.aws/acme/team/web');
  });

  it('names the host that really answers', async () => {
    const { ecrPublic } = emptyRegistry({ endpoint: 'http://127.0.0.1:4747' });
    const { repository } = await ecrPublic.createRepository({ repositoryName });
    expect(repository.repositoryUri).toBe(`127.0.0.1:4747/${defaultAlias}/team/web`);
    expect(repository.repositoryArn).toBe(repositoryArn(repositoryName));
  });

  it('creates one for each account', async () => {
    const registry = await registryWith([repositoryName]);
    const { repository } = await registry.ecrPublic.createRepository({ repositoryName }, { accountId: otherAccount });
    expect(repository).toMatchObject({
      repositoryArn: repositoryArn(repositoryName, otherAccount),
      registryId: otherAccount,
    });
    expect(repository.repositoryUri).toMatch(/^public\.ecr\.aws\/[a-z][a-z0-9]{7}\/team\/web$/);
    expect(repository.repositoryUri).not.toContain(defaultAlias);
  });

  it('refuses a name that is taken', async () => {
    const registry = await registryWith([repositoryName]);
    await expectRefused(
      registry,
      () =>
        registry.ecrPublic.createRepository({
          repositoryName,
          catalogData: { description: 'x', logoImageBlob: bytesOf('png') },
          tags: [{ Key: 'a', Value: 'b' }],
        }),
      'RepositoryAlreadyExistsException',
      `The repository with name '${repositoryName}' already exists in the registry with id '${account}'`,
    );
  });

  it.each(['ab', '0a', 'a.b', 'a_b/c-d/e', 'x'.repeat(205)])('takes the name %j', async (name) => {
    const { ecrPublic } = emptyRegistry();
    expect((await ecrPublic.createRepository({ repositoryName: name })).repository.repositoryName).toBe(name);
  });

  it.each(['UPPER', 'a__b', 'a--b', '/ab', 'ab/', 'a//b', '-ab', 'ab.', 'a b', 'ab\n', 'täm'])(
    'refuses the name %j',
    async (name) => {
      const registry = emptyRegistry();
      await expectInvalid(
        registry,
        () => registry.ecrPublic.createRepository({ repositoryName: name }),
        'repositoryName',
        "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'",
      );
    },
  );

  it.each([
    ['a', 'Member must have length greater than or equal to 2'],
    ['x'.repeat(206), 'Member must have length less than or equal to 205'],
  ])('refuses a name of a wrong length (%#)', async (name, constraint) => {
    const registry = emptyRegistry();
    await expectInvalid(
      registry,
      () => registry.ecrPublic.createRepository({ repositoryName: name }),
      'repositoryName',
      constraint,
    );
  });

  describe('with catalog data', () => {
    it('answers with it as it is stored, and a URL in the place of the logo', async () => {
      const registry = emptyRegistry();
      const texts = {
        description: 'Größe, 大きさ, 🛶',
        architectures: ['ARM 64', 'x86-64'],
        operatingSystems: ['Linux'],
        aboutText: '# About\n',
        usageText: 'docker run …',
      };
      const { catalogData } = await registry.ecrPublic.createRepository({
        repositoryName,
        catalogData: { ...texts, logoImageBlob: bytesOf('png') },
      });
      const { logoUrl, ...rest } = catalogData ?? {};
      expect(rest).toEqual(texts);
      expect(logoUrl).toMatch(/^https:\/\/d3g9o9u8re44ak\.cloudfront\.net\/logo\/[0-9a-f-]{36}\/[0-9a-f-]{36}\.png$/);
      expect(await registry.ecrPublic.getRepositoryCatalogData({ repositoryName })).toEqual({ catalogData });
    });

    it('answers with no member where it has none', async () => {
      const { ecrPublic } = emptyRegistry();
      expect((await ecrPublic.createRepository({ repositoryName, catalogData: {} })).catalogData).toEqual({});
    });

    it('is not told by DescribeRepositories', async () => {
      const { ecrPublic } = emptyRegistry();
      await ecrPublic.createRepository({
        repositoryName,
        catalogData: { description: 'x' },
        tags: [{ Key: 'a', Value: 'b' }],
      });
      expect(await ecrPublic.describeRepositories()).toEqual({ repositories: [repositoryShape(repositoryName)] });
    });

    it('refuses what is too long, and creates nothing', async () => {
      const registry = emptyRegistry();
      await expectInvalid(
        registry,
        () => registry.ecrPublic.createRepository({ repositoryName, catalogData: { description: 'x'.repeat(1025) } }),
        'catalogData.description',
        'Member must have length less than or equal to 1024',
      );
    });
  });

  describe('with tags', () => {
    const create = (registry: ReturnType<typeof emptyRegistry>, tags: EcrPublic.Tag[]) =>
      registry.ecrPublic.createRepository({ repositoryName, tags });

    it('stores them and does not repeat them', async () => {
      const registry = emptyRegistry();
      const tags = [
        { Key: 'team', Value: 'web' },
        { Key: 'Team', Value: '' },
      ];
      expect(await create(registry, tags)).toEqual({ repository: repositoryShape(repositoryName), catalogData: {} });
      expect(await tagsOf(registry)).toEqual(tags);
    });

    it.each<[string, EcrPublic.Tag[]]>([
      ['a reserved key', [{ Key: 'aws:x', Value: 'y' }]],
      ['a reserved key in other letters', [{ Key: 'AWS:x', Value: 'y' }]],
      ['a reserved value', [{ Key: 'x', Value: 'aws:y' }]],
      ['an illegal character', [{ Key: 'a;b', Value: 'y' }]],
      ['an illegal character in a value', [{ Key: 'a', Value: 'b*' }]],
      ['no value', [{ Key: 'x' }]],
      ['no key', [{ Value: 'x' }]],
      [
        'one key twice',
        [
          { Key: 'x', Value: '1' },
          { Key: 'x', Value: '2' },
        ],
      ],
    ])('refuses %s, and creates nothing', async (_, tags) => {
      const registry = emptyRegistry();
      await expectRefused(
        registry,
        () => create(registry, tags),
        'InvalidTagParameterException',
        'Tag parameters are invalid',
      );
    });

    it('takes 50, refuses 51, and creates nothing then', async () => {
      const tags = Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
      const registry = emptyRegistry();
      await expectRefused(
        registry,
        () => create(registry, tags),
        'TooManyTagsException',
        'Maximum number of tags allowed per resource is 50.',
      );
      await create(registry, tags.slice(0, 50));
      expect(await tagsOf(registry)).toHaveLength(50);
    });

    it('refuses one that is too long by its place, counted from 1', async () => {
      const registry = emptyRegistry();
      const tags = [
        { Key: 'a', Value: 'b' },
        { Key: 'x'.repeat(129), Value: 'b' },
      ];
      await expectInvalid(
        registry,
        () => create(registry, tags),
        'tags.2.member.key',
        'Member must have length less than or equal to 128',
      );
    });

    it('refuses bad tags before it says that the name is taken', async () => {
      const registry = await registryWith([repositoryName]);
      expect((await refusalOf(create(registry, [{ Key: 'aws:x', Value: '' }]))).name).toBe(
        'InvalidTagParameterException',
      );
    });
  });

  describe('the quota', () => {
    it('refuses one repository too many, of one registry', async () => {
      const registry = await registryWith(['one', 'two'], { limits: { public: { repositoriesPerRegistry: 2 } } });
      await expectRefused(
        registry,
        () => registry.ecrPublic.createRepository({ repositoryName, catalogData: { logoImageBlob: bytesOf('png') } }),
        'LimitExceededException',
        `The registry with id '${account}' already has the maximum allowed number of repositories which is '2'`,
      );
      await registry.ecrPublic.createRepository({ repositoryName }, { accountId: otherAccount });
    });

    it('makes room when one is deleted', async () => {
      const registry = await registryWith(['one', 'two'], { limits: { public: { repositoriesPerRegistry: 2 } } });
      await registry.ecrPublic.deleteRepository({ repositoryName: 'one' });
      await registry.ecrPublic.createRepository({ repositoryName });
      expect((await refusalOf(registry.ecrPublic.createRepository({ repositoryName: 'one' }))).name).toBe(
        'LimitExceededException',
      );
    });

    it('is held when many come at once', async () => {
      const { ecrPublic } = await registryWith(['first'], { limits: { public: { repositoriesPerRegistry: 8 } } });
      const calls = Array.from({ length: 40 }, (_, i) => ecrPublic.createRepository({ repositoryName: `r${i}` }));
      const won = (await Promise.allSettled(calls)).filter(({ status }) => status === 'fulfilled');
      expect(won).toHaveLength(7);
      expect((await ecrPublic.describeRepositories()).repositories).toHaveLength(8);
    });

    it('says that the name is taken before it says that the registry is full', async () => {
      const registry = await registryWith(['one'], { limits: { public: { repositoriesPerRegistry: 1 } } });
      expect((await refusalOf(registry.ecrPublic.createRepository({ repositoryName: 'one' }))).name).toBe(
        'RepositoryAlreadyExistsException',
      );
    });
  });
});
