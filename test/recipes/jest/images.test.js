const { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } = require('@aws-sdk/client-ecr-public');
const { createRegistry, RegistryError } = require('@coracle/registry');
const { awsSdk } = require('@coracle/registry/aws-sdk');

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

test('throws its own error from the typed methods', async () => {
  const { ecr } = createRegistry();

  await expect(ecr.createRepository({ repositoryName: 'NOT/VALID' })).rejects.toBeInstanceOf(RegistryError);
});

test('answers container clients', async () => {
  const registry = createRegistry();

  const answer = await registry.fetch(new Request('http://localhost/v2/'));
  expect(answer.status).toBe(401);
});
