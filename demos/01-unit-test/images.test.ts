import { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { expect, test } from 'vitest';

test('a pushed image is described, and a repository that is not there is refused', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });

  const client = new ECRPUBLICClient(awsSdk(registry));
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  expect(imageDetails).toMatchObject([{ imageTags: ['v1'] }]);

  const refused = client.send(new DescribeImagesCommand({ repositoryName: 'ghost' }));
  await expect(refused).rejects.toBeInstanceOf(RepositoryNotFoundException);
});
