import assert from 'node:assert/strict';

import { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';

it('lists the images of a repository', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const client = new ECRPUBLICClient(awsSdk(registry));

  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  assert.deepEqual(imageDetails[0].imageTags, ['v1']);
});

it('throws the exceptions of the SDK', async () => {
  const client = new ECRPUBLICClient(awsSdk(createRegistry()));

  const missing = client.send(new DescribeImagesCommand({ repositoryName: 'missing' }));
  await assert.rejects(missing, RepositoryNotFoundException);
});

it('answers container clients', async () => {
  const registry = createRegistry();

  const answer = await registry.fetch(new Request('http://localhost/v2/'));
  assert.equal(answer.status, 401);
});
