const { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } = require('@aws-sdk/client-ecr-public');
const { createRegistry } = require('@coracle/registry');
const { awsSdk } = require('@coracle/registry/aws-sdk');

test('runs in a page', () => {
  expect(document.createElement('p')).toBeInstanceOf(HTMLElement);
});

test('lists the images of a repository', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const client = new ECRPUBLICClient(awsSdk(registry));

  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  expect(imageDetails[0].imageTags).toEqual(['v1']);
});

test('throws the exceptions of the SDK', async () => {
  const client = new ECRPUBLICClient(awsSdk(createRegistry()));

  const missing = client.send(new DescribeImagesCommand({ repositoryName: 'missing' }));
  await expect(missing).rejects.toBeInstanceOf(RepositoryNotFoundException);
});
