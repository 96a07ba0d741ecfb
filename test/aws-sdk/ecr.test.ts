import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ImageTagMutability,
  paginateDescribeRepositories,
  RepositoryAlreadyExistsException,
  RepositoryNotEmptyException,
} from '@aws-sdk/client-ecr';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clients, connect, ways } from './clients.ts';

describe.each(ways)('the SDK on Amazon ECR, %s', (way) => {
  let clients: Clients;
  beforeEach(async () => {
    clients = await connect(way);
  });
  afterEach(() => clients.close());

  it('creates a repository with its settings and describes it', async () => {
    const { repository } = await clients.ecr.send(
      new CreateRepositoryCommand({
        repositoryName: 'team/api',
        imageTagMutability: ImageTagMutability.IMMUTABLE,
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfiguration: { encryptionType: 'KMS' },
        tags: [{ Key: 'team', Value: 'api' }],
      }),
    );
    expect(repository).toMatchObject({
      repositoryArn: 'arn:aws:ecr:us-east-1:123456789012:repository/team/api',
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: {
        encryptionType: 'KMS',
        kmsKey: expect.stringMatching(/^arn:aws:kms:us-east-1:123456789012:key\//),
      },
    });
    const described = await clients.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['team/api'] }));
    expect(described.repositories).toEqual([repository]);
    const again = clients.ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/api' }));
    await expect(again).rejects.toBeInstanceOf(RepositoryAlreadyExistsException);
  });

  it('deletes a repository with images only by force', async () => {
    await clients.registry.seed({ private: { 'team/api': ['v1'] } });
    const remove = (force: boolean) =>
      clients.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'team/api', force }));
    await expect(remove(false)).rejects.toBeInstanceOf(RepositoryNotEmptyException);
    expect((await remove(true)).repository?.repositoryName).toBe('team/api');
  });

  it('pages, and gives a token for each registry', async () => {
    await clients.registry.seed({ private: { r1: [], r2: [], r3: [] } });
    const pages: number[] = [];
    for await (const page of paginateDescribeRepositories({ client: clients.ecr, pageSize: 2 }, {})) {
      pages.push(page.repositories?.length ?? 0);
    }
    expect(pages).toEqual([2, 1]);
    const { authorizationData } = await clients.ecr.send(
      new GetAuthorizationTokenCommand({ registryIds: ['111111111111', '222222222222'] }),
    );
    expect(authorizationData).toHaveLength(2);
    for (const { authorizationToken } of authorizationData ?? [])
      expect(atob(authorizationToken ?? '')).toMatch(/^AWS:/);
  });

  it('has a registry of its own in every region', async () => {
    await clients.ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/api' }));
    const elsewhere = new ECRClient({ ...awsSdk(clients.registry), region: 'eu-west-1' });
    expect((await elsewhere.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
    const { repository } = await elsewhere.send(new CreateRepositoryCommand({ repositoryName: 'team/api' }));
    expect(repository?.repositoryArn).toBe('arn:aws:ecr:eu-west-1:123456789012:repository/team/api');
  });
});
