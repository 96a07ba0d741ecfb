import { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { indexedDbStorage } from '@coracle/registry/storage-indexeddb';
import { expect, test } from 'vitest';

test('describes a pushed image, and refuses a repository that does not exist', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const client = new ECRPUBLICClient(awsSdk(registry));

  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  expect(imageDetails).toMatchObject([{ imageTags: ['v1'] }]);
  const refused = client.send(new DescribeImagesCommand({ repositoryName: 'ghost' }));
  await expect(refused).rejects.toBeInstanceOf(RepositoryNotFoundException);
});

test('finds the images that another registry has left in IndexedDB', async () => {
  const before = createRegistry({ storage: indexedDbStorage('images') });
  await before.seed({ public: { 'team/web': ['v1'] } });

  const client = new ECRPUBLICClient(awsSdk(createRegistry({ storage: indexedDbStorage('images') })));
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  expect(imageDetails).toMatchObject([{ imageTags: ['v1'] }]);
});
