import type { EcrPublic } from '@coracle/registry';
import { expect } from 'vitest';
import { accountId, arn, type Cases, empty, team, withImage } from './given.ts';

export const repositories = {
  async CreateRepository({ aws, server }) {
    const { repository } = await aws<EcrPublic.CreateRepositoryResponse>(
      'ecr-public',
      'create-repository',
      ...team,
      ...['--catalog-data', 'description=Our web,architectures=ARM 64,x86-64,operatingSystems=Linux'],
      ...['--tags', 'Key=team,Value=web'],
    );
    expect(repository).toMatchObject({ repositoryArn: arn, registryId: accountId, repositoryName: 'team/web' });
    expect(repository?.repositoryUri).toMatch(new RegExp(`^${new URL(server.url).host}/[a-z][a-z0-9]{7}/team/web$`));
    expect(await server.registry.ecrPublic.listTagsForResource({ resourceArn: arn })).toEqual({
      tags: [{ Key: 'team', Value: 'web' }],
    });
    expect(await server.registry.ecrPublic.getRepositoryCatalogData({ repositoryName: 'team/web' })).toEqual({
      catalogData: { description: 'Our web', architectures: ['ARM 64', 'x86-64'], operatingSystems: ['Linux'] },
    });
  },

  async DescribeRepositories({ aws, server }) {
    await server.registry.seed({ public: { 'team/web': [], 'team/api': [] } });
    const all = await aws<EcrPublic.DescribeRepositoriesResponse>('ecr-public', 'describe-repositories');
    expect(all.repositories?.map((each) => each.repositoryName)).toEqual(['team/api', 'team/web']);
    const one = await aws<EcrPublic.DescribeRepositoriesResponse>(
      'ecr-public',
      'describe-repositories',
      '--repository-names',
      'team/web',
    );
    expect(one.repositories?.map((each) => each.repositoryArn)).toEqual([arn]);
  },

  async DeleteRepository({ aws, server }) {
    await withImage(server);
    const { repository } = await aws<EcrPublic.DeleteRepositoryResponse>(
      'ecr-public',
      'delete-repository',
      ...team,
      '--force',
    );
    expect(repository?.repositoryArn).toBe(arn);
    expect(await server.registry.ecrPublic.describeRepositories()).toEqual({ repositories: [] });
  },

  async DescribeRegistries({ aws, server }) {
    await empty(server);
    const { registries } = await aws<EcrPublic.DescribeRegistriesResponse>('ecr-public', 'describe-registries');
    expect(registries).toEqual([
      {
        registryId: accountId,
        registryArn: `arn:aws:ecr-public::${accountId}:registry/${accountId}`,
        registryUri: expect.stringMatching(new RegExp(`^${new URL(server.url).host}/[a-z][a-z0-9]{7}$`)),
        verified: false,
        aliases: [
          { name: expect.any(String), status: 'ACTIVE', primaryRegistryAlias: true, defaultRegistryAlias: true },
        ],
      },
    ]);
  },

  async PutRegistryCatalogData({ aws, server }) {
    const answer = await aws('ecr-public', 'put-registry-catalog-data', '--display-name', 'Our team');
    expect(answer).toEqual({ registryCatalogData: { displayName: 'Our team' } });
    expect(await server.registry.ecrPublic.getRegistryCatalogData()).toEqual(answer);
  },

  async GetRegistryCatalogData({ aws, server }) {
    await server.registry.ecrPublic.putRegistryCatalogData({ displayName: 'Our team' });
    expect(await aws('ecr-public', 'get-registry-catalog-data')).toEqual({
      registryCatalogData: { displayName: 'Our team' },
    });
  },

  async PutRepositoryCatalogData({ aws, server }) {
    await empty(server);
    const catalogData = { aboutText: '# Über', usageText: 'docker pull', operatingSystems: ['Linux'] };
    const answer = await aws(
      'ecr-public',
      'put-repository-catalog-data',
      ...team,
      '--catalog-data',
      JSON.stringify(catalogData),
    );
    expect(answer).toEqual({ catalogData });
    expect(await server.registry.ecrPublic.getRepositoryCatalogData({ repositoryName: 'team/web' })).toEqual(answer);
  },

  async GetRepositoryCatalogData({ aws, server }) {
    await empty(server);
    const catalogData = { description: 'Our web' };
    await server.registry.ecrPublic.putRepositoryCatalogData({ repositoryName: 'team/web', catalogData });
    expect(await aws('ecr-public', 'get-repository-catalog-data', ...team)).toEqual({ catalogData });
  },
} satisfies Partial<Cases>;
