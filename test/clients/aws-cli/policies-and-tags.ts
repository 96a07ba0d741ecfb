import type { EcrPublic } from '@coracle/registry';
import { expect } from 'vitest';
import { accountId, arn, type Cases, empty, team, timeOf } from './given.ts';

const policy = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'push', Effect: 'Allow', Principal: '*', Action: ['ecr-public:PutImage'] }],
};

export const policiesAndTags = {
  async SetRepositoryPolicy({ aws, server }) {
    await empty(server);
    const answer = await aws<EcrPublic.SetRepositoryPolicyResponse>(
      'ecr-public',
      'set-repository-policy',
      ...team,
      '--policy-text',
      JSON.stringify(policy),
      '--force',
    );
    expect(answer).toMatchObject({ registryId: accountId, repositoryName: 'team/web' });
    expect(JSON.parse(answer.policyText ?? '')).toEqual(policy);
    expect(await server.registry.ecrPublic.getRepositoryPolicy({ repositoryName: 'team/web' })).toEqual(answer);
  },

  async GetRepositoryPolicy({ aws, server }) {
    await empty(server);
    const policyText = JSON.stringify(policy);
    await server.registry.ecrPublic.setRepositoryPolicy({ repositoryName: 'team/web', policyText });
    const answer = await aws<EcrPublic.GetRepositoryPolicyResponse>('ecr-public', 'get-repository-policy', ...team);
    expect(JSON.parse(answer.policyText ?? '')).toEqual(policy);
  },

  async DeleteRepositoryPolicy({ aws, server }) {
    await empty(server);
    const policyText = JSON.stringify(policy);
    await server.registry.ecrPublic.setRepositoryPolicy({ repositoryName: 'team/web', policyText });
    const answer = await aws<EcrPublic.DeleteRepositoryPolicyResponse>(
      'ecr-public',
      'delete-repository-policy',
      ...team,
    );
    expect(JSON.parse(answer.policyText ?? '')).toEqual(policy);
    await expect(server.registry.ecrPublic.getRepositoryPolicy({ repositoryName: 'team/web' })).rejects.toMatchObject({
      name: 'RepositoryPolicyNotFoundException',
    });
  },

  async TagResource({ aws, server }) {
    await empty(server);
    const tags = ['--tags', 'Key=team,Value=web', 'Key=stage,Value=live'];
    await aws('ecr-public', 'tag-resource', '--resource-arn', arn, ...tags);
    const stored = await server.registry.ecrPublic.listTagsForResource({ resourceArn: arn });
    expect(stored.tags).toHaveLength(2);
    expect(stored.tags).toContainEqual({ Key: 'stage', Value: 'live' });
  },

  async UntagResource({ aws, server }) {
    await empty(server);
    const tags = [
      { Key: 'team', Value: 'web' },
      { Key: 'stage', Value: 'live' },
    ];
    await server.registry.ecrPublic.tagResource({ resourceArn: arn, tags });
    await aws('ecr-public', 'untag-resource', '--resource-arn', arn, '--tag-keys', 'stage', 'ghost');
    expect(await server.registry.ecrPublic.listTagsForResource({ resourceArn: arn })).toEqual({
      tags: tags.slice(0, 1),
    });
  },

  async ListTagsForResource({ aws, server }) {
    await empty(server);
    const tags = [{ Key: 'team', Value: 'web' }];
    await server.registry.ecrPublic.tagResource({ resourceArn: arn, tags });
    expect(await aws('ecr-public', 'list-tags-for-resource', '--resource-arn', arn)).toEqual({ tags });
  },

  async GetAuthorizationToken({ aws }) {
    const { authorizationData } = await aws<{
      authorizationData: { authorizationToken: string; expiresAt: string | number };
    }>('ecr-public', 'get-authorization-token');
    expect(Buffer.from(authorizationData.authorizationToken, 'base64').toString()).toMatch(/^AWS:\S+$/);
    const hours = (timeOf(authorizationData.expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThanOrEqual(12);
  },
} satisfies Partial<Cases>;
