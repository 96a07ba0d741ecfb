import type { Ecr } from '@coracle/registry';
import { expect } from 'vitest';
import { awsEnvironment } from '../support/aws-environment.ts';
import { refusal, test } from '../support/clients.ts';
import { output } from '../support/commands.ts';
import { awsCli, describeWith } from '../support/describe-with.ts';

const accountId = '123456789012';
const web = ['--repository-name', 'team/web'];

describeWith([awsCli], 'the AWS CLI on ECR', () => {
  test.concurrent('creates a repository with its settings', async ({ server, host, aws }) => {
    const { repository } = await aws<Ecr.CreateRepositoryResponse>(
      'ecr',
      'create-repository',
      ...web,
      ...['--image-tag-mutability', 'IMMUTABLE', '--image-scanning-configuration', 'scanOnPush=true'],
      ...['--encryption-configuration', 'encryptionType=AES256', '--tags', 'Key=team,Value=web'],
    );
    expect(repository).toEqual({
      repositoryArn: `arn:aws:ecr:us-east-1:${accountId}:repository/team/web`,
      registryId: accountId,
      repositoryName: 'team/web',
      repositoryUri: `${host}/team/web`,
      createdAt: expect.anything(),
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    expect(await server.registry.ecrPublic.describeRepositories()).toEqual({ repositories: [] });
  });

  test.concurrent('describes the repositories of a region, in pages', async ({ server, aws }) => {
    await server.registry.seed({ private: { r1: [], r2: [], r3: [] } });
    await server.registry.ecr.createRepository({ repositoryName: 'elsewhere' }, { region: 'eu-west-1' });
    const paged = ['describe-repositories', '--page-size', '2'];
    const [here, there] = await Promise.all([
      aws<Ecr.DescribeRepositoriesResponse>('ecr', ...paged),
      aws<Ecr.DescribeRepositoriesResponse>('ecr', ...paged, '--region', 'eu-west-1'),
    ]);
    expect(here.repositories?.map((each) => each.repositoryName)).toEqual(['r1', 'r2', 'r3']);
    expect(there.repositories?.map((each) => each.repositoryArn)).toEqual([
      `arn:aws:ecr:eu-west-1:${accountId}:repository/elsewhere`,
    ]);
  });

  test.concurrent('deletes a repository that has images only by force', async ({ server, aws }) => {
    await server.registry.seed({ private: { 'team/web': ['v1'] } });
    expect(await refusal(server.url, 'ecr', 'delete-repository', ...web)).toContain(
      'An error occurred (RepositoryNotEmptyException) when calling the DeleteRepository operation: ' +
        `The repository with name 'team/web' in registry with id '${accountId}' cannot be deleted because it still contains images`,
    );
    const { repository } = await aws<Ecr.DeleteRepositoryResponse>('ecr', 'delete-repository', ...web, '--force');
    expect(repository?.repositoryName).toBe('team/web');
    expect(await server.registry.ecr.describeRepositories()).toEqual({ repositories: [] });
  });

  test.concurrent('gets a password that the registry takes for its own', async ({ server }) => {
    const args = ['ecr', 'get-login-password', '--region', 'eu-west-1', '--endpoint-url', server.url];
    const password = (await output('aws', args, { env: awsEnvironment })).trim();
    expect(await server.registry.distribution.openToken(password)).toMatchObject({
      service: 'ecr',
      accountId,
      region: 'eu-west-1',
    });
  });

  test.concurrent('is told where docker logs in', async ({ server, aws }) => {
    const answer = await aws<{ authorizationData: { proxyEndpoint: string }[] }>('ecr', 'get-authorization-token');
    expect(answer.authorizationData.map(({ proxyEndpoint }) => proxyEndpoint)).toEqual([server.url]);
  });

  test.concurrent('is told which operations Coracle has not got yet', async ({ server }) => {
    expect(await refusal(server.url, 'ecr', 'describe-registry')).toContain(
      'An error occurred (UnknownOperationException) when calling the DescribeRegistry operation: ' +
        'Coracle does not implement DescribeRegistry of Amazon ECR yet: use another operation',
    );
  });
});
